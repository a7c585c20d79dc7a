local function outer()
  local x = 1
  return function()
    local y = 10
    return function()
      x, y = x + 1, y + 1
      return function() return x, y end
    end
  end
end
local middle = outer()
local a, b = middle(), middle()
print(a()())
print(b()())
print(a()())

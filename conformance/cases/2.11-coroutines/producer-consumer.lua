local producer = coroutine.create(function()
  for _, item in ipairs { "x", "y", "z" } do coroutine.yield(item) end
end)
local function filter(source)
  return coroutine.create(function()
    local n = 1
    while true do
      local _, item = coroutine.resume(source)
      if not item then return end
      coroutine.yield(n .. ":" .. item)
      n = n + 1
    end
  end)
end
local f = filter(producer)
while true do
  local _, line = coroutine.resume(f)
  if not line then break end
  print(line)
end
print(coroutine.status(producer), coroutine.status(f))

-- How deep calls of C may nest in a coroutine depends on where it was resumed last, not first.
local function nest(n, f) if n == 0 then return f() end local ok, r = pcall(nest, n - 1, f) return r end
local function deepest()
  local n = 0
  local function down() n = n + 1 local ok, e = pcall(down) if not ok then error(e, 0) end end
  local ok, e = pcall(down)
  return n, e
end
for _, depths in ipairs{{150, 0}, {0, 150}, {20, 20}} do
  local co = coroutine.wrap(function()
    local function f() return coroutine.yield('first') end
    f()
    return deepest()
  end)
  print(nest(depths[1], co))
  print(nest(depths[2], function() return select(1, co()) end))
end

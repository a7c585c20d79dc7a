local function try(fn, ...) print((select(2, pcall(fn, ...)):match ":(%d+):")) end
local function f(a,
    b)
  return a
    +
    b
end
try(f, 1)
local g = function()
  return
    undefined(
    )
end
try(g)
try(function()
  return {
    1,
    (nil)(),
  }
end)
try(function()
  return function() end,
    nil .. "x"
end)
try(loadstring("\n\n\nreturn nil + 1", "@c"))
try(loadstring("return\n\nnil\n+\n1", "@c"))

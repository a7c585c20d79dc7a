local function f()
  local t = {}
  local a = 1 +
    2 +
    t.x
  return a
end
print(pcall(f))
local function g()
  return string.rep(
    "x",
    {}
  )
end
print(pcall(g))
local function h()
  local x
  x
  .y
  .z
  = 1
end
print(pcall(h))

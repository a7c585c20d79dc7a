local function f() error("here", 2) end
local function try(fn) print(select(2, pcall(fn))) end
try(function()
  f(
    1,
    2
  )
end)
try(function()
  local x = undefined
    .field
    .other
end)
try(function()
  undefined
    .method(
    1)
end)
try(function()
  local t = {
    a = 1,
    b = nil + 1,
    c = 3,
  }
end)
try(function()
  return f(1,
    2) +
    3
end)
try(function()
  local s = "a" ..
    "b" ..
    nil ..
    "c"
end)
try(function() local t = {} t
  .x
  .y = 1 end)

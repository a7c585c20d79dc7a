local o = {} function o:fail() error("method", 2) end function o:chain() return self end
local function try(fn) print((select(2, pcall(fn)):match ":(%d+):")) end
try(function()
  o
    :chain()
    :chain()
    :fail()
end)
try(function()
  o:chain(
    1
  ):missing(
    2
  )
end)
try(function()
  o.fail(
    o
  )
end)
try(function() o
  :fail
  {
  } end)
try(function()
  local x = o:chain()
    .a
    .b
end)
try(function()
  return o
    :fail()
end)

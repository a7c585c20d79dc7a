-- An operation is on the line of its last token, also where that is `...`, which is read on the line before.
local t = {}
local function try(f, ...) print(pcall(f, ...)) end
try(function(...)
  return t <
    ...
end, 1)
try(function(...)
  return "a" ..
    ...
end, t)
try(function(...)
  return 1 +
    ...
end)
try(function(...)
  return #
    ...
end)
try(function(...)
  return -
    ...
end, t)
try(function(...)
  return t
    ^ ...
end)
try(function(...)
  return (
    ...
    ).x
end)
try(function(...)
  return t[
    1
    ] ==
    ... and t <=
    ...
end, nil)
try(function(...)
  local a, b = 1,
    ...
  return a
    .. b
    .. ...
end, t)
try(function(...)
  return 1 .. 2 ..
    ... ..
    t
end, 3)

local function try(fn) print((select(2, pcall(fn)):match ":(%d+):")) end
local n
try(function() return 1 +
  n end)
try(function() return n
  + 1 end)
try(function() return 1 +
  2 *
  n end)
try(function() return 1
  < n end)
try(function() return -
  n end)
try(function() return #
  n end)
try(function() return not
  n.x end)
try(function() if n <
  1 then end end)
try(function() while 1
  > n do end end)
try(function() return (n
  +
  1
  ) end)
try(function() local a, b =
  1,
  n + 1 end)
try(function() n.x,
  n.y = 1,
  2 end)

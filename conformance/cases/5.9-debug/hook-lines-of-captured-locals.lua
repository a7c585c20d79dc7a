-- Where a block ends whose locals a function has captured, upvalues are closed: an instruction with a line of its own.
local functions = {}
local function keep(f) functions[#functions + 1] = f end
local function traced(f, ...)
  local lines = {}
  debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
  pcall(f, ...)
  debug.sethook()
  print(table.concat(lines, " "))
end
traced(function()
  for i = 1, 2 do
    keep(function()
      return i
    end)
  end
end)
traced(function()
  for _, v in ipairs { 1, 2 } do
    local x = v
    keep(function() return x end)
    if v == 2 then
      keep(v)
    elseif v == 3 then
      keep(x)
    end
  end
end)
traced(function()
  local n = 0
  while n < 3 do
    n = n + 1
    local x = n
    keep(function() return x end)
    if n == 1 then
      keep(n)
    else
      keep(n)
    end
  end
end)
traced(function()
  local n = 0
  repeat
    n = n + 1
    local x = n
    keep(function()
      return x
    end)
  until n
    > 2
  repeat
    local y = n
    keep(
      function() return y end
    )
  until y
end)
traced(function()
  do
    local x
    keep(function()
      return x
    end)
  end
  do
    local x
    keep(function() return x end
    )
  end keep()
  if keep then
    local x = 1
    local function y() return x end
    if x == 2 then
      keep(x)
    end
  else
    keep()
  end
  keep()
end)
traced(function()
  while true do
    local x = 1
    keep(function() return x end)
    if x == 1
      or x == 2 then
      break
    end
  end
  while true do
    local x = 1
    if x == 1
      or x == 2 then
      break
    end
    keep(function() return x end)
  end
  for i = 1, 3 do
    local x = 1
    keep(function() return x end)
    if x then
      return keep(
        x
      )
    end
  end
end)
traced(function()
  do
    local a = 1
    do
      local b = 2
      keep(function()
        return a, b
      end)
    end
    -- And around it.
  end
  while false do
    keep()
  end
  while nil do keep() end
  while not 1 do keep() end
  if false then
    keep()
  elseif nil then
    keep()
  else
    keep()
  end
  repeat keep() until
    not nil
  local n = 0
  repeat
    n = n + 1
    if n > 2 then return end
  until
    false
end)

local function range(first, last)
  return coroutine.wrap(function() for i = first, last do coroutine.yield(i) end end)
end
for i in range(1, 4) do print(i) end
local function chars(s) return coroutine.wrap(function() for c in s:gmatch(".") do coroutine.yield(c, c:byte()) end end) end
for c, b in chars("ab") do print(c, b) end

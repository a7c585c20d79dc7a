-- The first variable is a copy: changing it does not disturb the iteration.
local seen = {}
for i, v in ipairs { "a", "b", "c" } do
  seen[#seen + 1] = i .. v
  i = nil
end
print(table.concat(seen, " "))
for k in (function(n) return function() n = n - 1 if n > 0 then return n end end end)(3) do print(k) end
local stop = 0
for v in function() stop = stop + 1 if stop < 3 then return stop ~= 2 and stop or nil end end do print("got", v) end
print(stop)

-- foreachi reads the length once, and the values as it goes.
local t = { 1, 2, 3 }
table.foreachi(t, function(i, v) t[i + 1] = (v or 0) * 10 io.write(i, "=", tostring(v), " ") end)
print(#t)
t = { 1, 2, 3, 4 }
table.foreachi(t, function(i, v) t[4] = nil io.write(i, "=", tostring(v), " ") end)
print()
t = { a = 1 }
table.foreach(t, function(k) t[k] = 2 end)
print(t.a)
t = { 1, 2, 3 }
table.foreach(t, function(k) t[k] = nil end)
print(next(t))

local t = { "a", "b", "c" }
print(table.foreach(t, function(k, v) if v == "b" then return k, "more" end end))
print(select("#", table.foreach(t, function() end)), select("#", table.foreachi(t, function() end)))
print(table.foreach(t, function() return false end))
print(table.foreachi(t, function(i) return i == 2 and "found" or nil end))
print(select("#", table.foreach({ 1 }, function() return 1, 2, 3 end)))
print(table.foreach({}, error), table.foreachi({}, error))
local seen = {}
table.foreachi(setmetatable({ n = 9, "x" }, { __len = function() return 5 end }), function(i, v) seen[#seen + 1] = i .. tostring(v) end)
print(table.concat(seen, " "))

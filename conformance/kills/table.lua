--- table.concat: many long strings
local s, t = ('x'):rep(1e6), {} for i = 1, 100 do t[i] = s end
return #table.concat(t, ',')
--- table.concat: a long separator
return #table.concat({1, 2, 3, 4}, ('x'):rep(5e7))
--- table.concat: many numbers
local t = {} for i = 1, 2e6 do t[i] = i + 0.5 end
return #table.concat(t, ',')
--- table.concat: a far range
return table.concat(setmetatable({}, {__index = function() return 'x' end}), '', 1, 2^31 - 1)
--- table.concat: a range that does not end
local t = {} for i = 1, 1e6 do t[i] = '' end
while true do table.concat(t) end
--- table.sort: many numbers
local t = {} for i = 1, 2e6 do t[i] = (i * 7919) % 1000003 end
table.sort(t)
--- table.sort: a comparator
local t = {} for i = 1, 1e6 do t[i] = (i * 7919) % 1000003 end
table.sort(t, function(a, b) return a > b end)
--- table.sort: an invalid comparator
local t = {} for i = 1, 1e6 do t[i] = i end
pcall(table.sort, t, function() return true end)
while true do pcall(table.sort, t, function(a, b) return a ~= b end) end
--- table.sort: long strings with a common beginning
local s, t = ('x'):rep(1e6), {} for i = 1, 100 do t[i] = s .. i end
while true do table.sort(t, function(a, b) return a > b end) table.sort(t) end
--- table.sort: all the same
local t = {} for i = 1, 2e6 do t[i] = 1 end
table.sort(t)
--- table.insert: at the beginning
local t = {} for i = 1, 3e6 do t[i] = i end
while true do table.insert(t, 1, 1) end
--- table.insert: far beyond the end
return pcall(table.insert, {}, 2^31 - 1, 1)
--- table.insert: growing a large table
local t = {} while true do table.insert(t, true) end
--- table.remove: the first element
local t = {} for i = 1, 3e6 do t[i] = i end
while #t > 0 do table.remove(t, 1) end
--- table.maxn: a large table
local t = {} for i = 1, 3e6 do t[i] = i end for i = 1, 1e5 do t['k' .. i] = i end
while true do table.maxn(t) end
--- table.foreach: a large table
local t = {} for i = 1, 3e6 do t[i] = i end
while true do table.foreach(t, function() end) end
--- table.foreach: a function without end
table.foreach({1}, function() while true do end end)
--- table.foreach: a large empty table
local t = {} for i = 1, 3e6 do t['k' .. i] = i end for i = 1, 3e6 do t['k' .. i] = nil end
while true do table.foreach(t, type) end
--- table.foreachi: a large table
local t = {} for i = 1, 3e6 do t[i] = i end
while true do table.foreachi(t, function() end) end
--- table.getn: of a large table
local t = {} for i = 1, 3e6 do t[i] = i end
while true do table.getn(t) end
--- unpack: as much as there may be
local t = {} for i = 1, 7900 do t[i] = i end
while true do select('#', unpack(t)) end
--- unpack: an empty range of the largest numbers
while true do pcall(unpack, {}, 0, 2147483647) pcall(unpack, {}, -2147483648, 2147483647) end
--- select: many arguments
local t = {} for i = 1, 7900 do t[i] = i end
while true do select(-1, unpack(t)) end
--- next: a large table that is empty
local t = {} for i = 1, 3e6 do t['k' .. i] = i end for i = 1, 3e6 do t['k' .. i] = nil end
while true do next(t) end
--- next: a large array that is empty
local t = {} for i = 1, 1e7 do t[i] = i end for i = 1, 1e7 do t[i] = nil end
while true do next(t) end
--- pairs: a large table that is empty
local t = {} for i = 1, 1e7 do t[i] = i end for i = 1, 1e7 do t[i] = nil end
while true do for _ in pairs(t) do end end
--- ipairs: a large table
local t = {} for i = 1, 3e6 do t[i] = i end
while true do for _ in ipairs(t) do end end
--- rawset: growing a large table
local t, i = {}, 0
while true do i = i + 1 rawset(t, 'k' .. i, i) end
--- rawset: a table that grows by single numbers
local t, i = {}, 0
while true do i = i + 1 rawset(t, i, i) end
--- math.max, math.min: many arguments
local t = {} for i = 1, 7900 do t[i] = i end
while true do math.max(unpack(t)) math.min(unpack(t)) end

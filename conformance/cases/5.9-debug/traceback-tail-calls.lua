local function last() print(debug.traceback("here")) end
local function one() return last() end
local function two() return one() end
two()
pcall(two)
local t = setmetatable({}, {__index = function() return two() end, __add = function() return one() end})
local _ = t.x
_ = t + t
coroutine.wrap(two)()
string.gsub("x", "x", two)
table.sort({1, 2}, function(a, b) two() return a < b end)

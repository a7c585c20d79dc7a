-- __unm: on which types it counts, what it is given, how its results are adjusted
local function meta(v) return { __unm = function(...) print(select("#", ...), (...) == v and "self", select(2, ...) == v and "self" or select(2, ...)) return "result", "extra" end } end
local t = { 1, 2 }
setmetatable(t, meta(t))
print(pcall(function() return -t end))
local u = newproxy(true)
getmetatable(u).__unm = meta(u).__unm
print(pcall(function() return -u end))
local bare = newproxy()
print(pcall(function() return -bare end))
getmetatable("").__unm = function(s) return "string handler " .. s end
print(pcall(function() local s = "abc" return -s end))
print(pcall(function() local s = "12" return -s end))
getmetatable("").__unm = nil
print(pcall(function() local s = "abc" return -s end))
for _, bad in ipairs { false, 1, "text" } do
  getmetatable(u).__unm = bad
  print(pcall(function() return -u end))
end
getmetatable(u).__unm = setmetatable({}, { __call = function(self, x) return x == u end })
print(-u)
getmetatable(u).__unm = function() return nil end
print(-u)
getmetatable(u).__unm = function() error { code = 5 } end
print(select(2, pcall(function() return -u end)).code)

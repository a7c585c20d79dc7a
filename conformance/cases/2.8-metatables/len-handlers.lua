-- __len: on which types it counts, what it is given, how its results are adjusted
local function meta(v) return { __len = function(...) print(select("#", ...), (...) == v and "self", select(2, ...) == v and "self" or select(2, ...)) return "result", "extra" end } end
local t = { 1, 2 }
setmetatable(t, meta(t))
print(pcall(function() return #t end))
local u = newproxy(true)
getmetatable(u).__len = meta(u).__len
print(pcall(function() return #u end))
local bare = newproxy()
print(pcall(function() return #bare end))
getmetatable("").__len = function(s) return "string handler " .. s end
print(pcall(function() local s = "abc" return #s end))
print(pcall(function() local s = "12" return #s end))
getmetatable("").__len = nil
print(pcall(function() local s = "abc" return #s end))
for _, bad in ipairs { false, 1, "text" } do
  getmetatable(u).__len = bad
  print(pcall(function() return #u end))
end
getmetatable(u).__len = setmetatable({}, { __call = function(self, x) return x == u end })
print(#u)
getmetatable(u).__len = function() return nil end
print(#u)
getmetatable(u).__len = function() error { code = 5 } end
print(select(2, pcall(function() return #u end)).code)

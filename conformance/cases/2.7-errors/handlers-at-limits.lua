-- tracebacks of handlers at limits
local function trim(s) return (s:gsub("\n\t%.%.%..*$", ""):sub(1, 400)) end
local function r() string.gsub("a", ".", r) end
print(xpcall(r, function(m) return trim(debug.traceback(m)) end))
local function r() local x = pcall(error) local ok, m = pcall(r) if not ok then error(m, 0) end end
print(xpcall(r, function(m) return trim(debug.traceback(m)) end))
local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end
print(xpcall(function() return t.x end, function(m) return trim(debug.traceback(m)) end))
local function it() for x in it do end end
print(xpcall(it, function(m) return trim(debug.traceback(m)) end))
local function s() table.sort({1,2}, s) end
print(xpcall(s, function(m) return trim(debug.traceback(m)) end))
local function plain() return 1 + plain() end
print(xpcall(plain, function(m) return trim(debug.traceback(m)) end))
local function native() return 1 + select("#", tostring(native())) end
print(xpcall(native, function(m) return trim(debug.traceback(m)) end))
-- handlers failing
print(xpcall(function() error("a") end, function(m) error("b") end))
print(xpcall(function() error("a") end, function(m) return m .. nil end))
print(xpcall(plain, function(m) error("b") end))
local d = 0
print(xpcall(function() error("a") end, function(m) d = d + 1 if d < 5 then error("again" .. d) end return m end), d)
d = 0
print(xpcall(function() error("a") end, function(m) d = d + 1 error("again" .. d) end), d)
d = 0
print(xpcall(plain, function(m) d = d + 1 error("again" .. d) end), d)
d = 0
print(xpcall(r, function(m) d = d + 1 error("again" .. d) end), d)
d = 0
print(xpcall(s, function(m) d = d + 1 return plain() end), d)
print(xpcall(plain, print))
print(xpcall(plain, 1), xpcall(s, nil))
print(xpcall(plain, setmetatable({}, {__call = print})))
print(pcall(xpcall, plain))
print(xpcall(plain, coroutine.wrap(function(m) coroutine.yield(m .. "!") end)))
local co = coroutine.create(function() return xpcall(plain, function(m) return select(2, pcall(plain)) end) end)
print(coroutine.resume(co))
local co = coroutine.create(plain) print(coroutine.resume(co)) print(coroutine.status(co), trim(debug.traceback(co)))
print(pcall(plain))

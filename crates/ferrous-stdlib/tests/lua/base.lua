local tostring = tostring
local function show(value)
  local kind = type(value)
  if kind == "table" or kind == "function" or kind == "thread" or kind == "userdata" then return kind end
  return tostring(value)
end
local function t(f, ...)
  local function collect(...) local out = {} for i = 1, select("#", ...) do out[i] = show((select(i, ...))) end print(table.concat(out, " ")) end
  collect(pcall(f, ...))
end
t(assert, 1, 2, 3) t(assert, false) t(assert, nil, "m") t(assert, false, {}) t(assert) t(function() assert(false, "with position") end) t(function() assert(nil) end) t(assert, false, 12)
t(error) t(error, "x") t(error, "x", 0) t(error, "x", 2) t(error, {}) t(error, nil) t(function() error("here") end) t(function() error("caller", 2) end) t(function() error(12) end) t(function() error() end)
t(pcall) t(pcall, 1) t(pcall, error, "e") t(xpcall) t(xpcall, print) t(xpcall, function() error("x", 0) end, function(m) return "handled " .. m end) t(xpcall, function() return 1, 2 end, print) t(xpcall, error, function() error("again") end)
t(select, "#") t(select, "#", nil, nil) t(select, 1, "a", "b") t(select, 2, "a", "b") t(select, 3, "a", "b") t(select, -1, "a", "b") t(select, -3, "a", "b") t(select, 0) t(select, 10, 1) t(select)
for _, args in ipairs{{"10"}, {"0x1F"}, {" 12 "}, {"1e2"}, {"abc"}, {""}, {" "}, {"10", 2}, {"zz", 36}, {"9", 8}, {"ff", 16}, {"0xff", 16}, {"-ff", 16}, {"10", 1}, {"10", 37}, {10, 16}, {"1 2"}, {"1", 10}, {true}, {{}}, {"0x"}, {"1e"}, {"7fffffffffffffff", 16}, {"8", 8}, {"1.5", 10}, {"1.5", 16}, {"inf"}, {"nan"}, {".5"}, {"5."}, {"0x.8"}} do t(tonumber, unpack(args)) end
t(tonumber) t(tonumber, nil) t(tonumber, "10", "x")
t(tostring) t(tostring, nil) t(tostring, true) t(tostring, 1.5) t(tostring, -0) t(tostring, 1e15) t(tostring, 1e100) t(tostring, 0.1) t(tostring, setmetatable({}, {__tostring = function() return "custom" end})) t(tostring, setmetatable({}, {__tostring = function() return 12 end})) t(tostring, setmetatable({}, {__tostring = 1}))
t(type) t(type, nil) t(type, print) t(type, "x") t(type, coroutine.create(function() end)) t(type, newproxy())
t(rawget, {5}, 1) t(rawget, setmetatable({}, {__index = function() return 1 end}), 1) t(rawget, {}) t(rawget) t(rawset, {}, 1, 2) t(rawset, {}, nil, 2) t(rawset, {}, 0/0, 2) t(rawset, {}, 1) t(rawequal, 1, 1) t(rawequal, {}, {}) t(rawequal, "a", "a") t(rawequal, 1) t(rawequal, 0/0, 0/0)
t(getmetatable, {}) t(getmetatable, "x") t(getmetatable) t(getmetatable, setmetatable({}, {__metatable = "locked"})) t(getmetatable, nil) t(setmetatable, {}, {}) t(setmetatable, {}, nil) t(setmetatable, {}) t(setmetatable, 1, {}) t(setmetatable, {}, 1) t(setmetatable, setmetatable({}, {__metatable = 1}), {})
print(getmetatable("").__index == string)
t(next, {}) t(next, {10}) t(next, {10}, 1) t(next, {a = 1}, "a") t(next, {}, 1) t(next) t(next, {}, nil) t(pairs) t(pairs, 1) t(ipairs) t(pairs, {})
do local f, s, c = pairs{} print(type(f), type(s), c) local f, s, c = ipairs{} print(type(f), type(s), c) print(f({7}, 0)) print(f({7}, 1)) t(f) t(f, {}) end
for k, v in pairs{10, 20, x = 1} do io.write(tostring(k), "=", v, " ") end print() for i, v in ipairs{1, 2, nil, 4} do io.write(i, " ") end print() for k, v in next, {5, 6} do io.write(k, v, " ") end print()
t(loadstring, "return 1 + 1") print(loadstring("return ...", "=n")(7)) t(loadstring, "x =") t(loadstring, "x =", "@file.lua") t(loadstring, "x = ", "=name") t(loadstring) t(loadstring, {}) t(loadstring, "syntax error here", "a\nb")
do
  local pieces = {"return ", "1", "+2", nil} local i = 0
  print(load(function() i = i + 1 return pieces[i] end)()) local done = false print(load(function() if not done then done = true return "return 'x'" end return "" end, "=chunk")())
  t(load) t(load, 1) print((select(2, load(function() return {} end)))) print(load(function() error("reader", 0) end)) local once = false print(load(function() if once then return nil end once = true return "x x" end, "=bad"))
end
do
  local function f() return x end setfenv(f, {x = "env"}) print(f(), getfenv(f).x, getfenv(1) == _G, getfenv(0) == _G, getfenv(print) == _G, getfenv() == _G)
  t(setfenv, print, {}) t(setfenv, 1) t(setfenv, f) t(setfenv, 100, {}) t(setfenv, "x", {}) t(getfenv, -1) t(getfenv, 100) t(getfenv, {}) t(setfenv, f, {}) print(setfenv(f, {x = 2}) == f, f())
  local function g() setfenv(1, {y = 5}) return y end print(g()) print(loadstring("setfenv(1, {z = 3}) return z")())
end
t(collectgarbage) t(collectgarbage, "collect") print(type(collectgarbage("count")), collectgarbage("count") > 1, type(gcinfo())) print(type(collectgarbage("step"))) t(collectgarbage, "stop") t(collectgarbage, "restart") t(collectgarbage, "x") t(collectgarbage, 1)
do local w = setmetatable({}, {__mode = "v"}) w[1] = {} w[2] = "kept" collectgarbage() print(w[1], w[2]) end
do local p = newproxy(true) print(type(p), type(getmetatable(p)), getmetatable(newproxy(p)) == getmetatable(p), getmetatable(newproxy()), getmetatable(newproxy(false))) t(newproxy, 1) t(newproxy, newproxy()) t(newproxy, {}) end
print(_VERSION, _G._G == _G) print(1, nil, true, "x", 1.5) print() print(nil) t(print, setmetatable({}, {__tostring = function() return {} end})) print(setmetatable({}, {__tostring = function() return "object" end}))
_G.tostring = function(v) return "<" .. tostring(v) .. ">" end print({} and 1, "s", nil) _G.tostring = nil local ok, message = pcall(print, nil) _G.tostring = tostring print(ok, message)
t(dofile, "/nonexistent.lua") t(loadfile, "/nonexistent.lua")

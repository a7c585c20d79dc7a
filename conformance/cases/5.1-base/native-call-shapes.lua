-- Functions of the libraries with plain and with odd arguments, called in every way in which a call can be written.
local t = setmetatable({}, {__index = function(_, k) return "index " .. tostring(k) end})

local calls = {
  {"floor", math.floor, 3.7}, {"floor of text", math.floor, "3.7"}, {"floor of nothing", math.floor},
  {"floor of a table", math.floor, {}}, {"floor of two", math.floor, -0.5, 9},
  {"max", math.max, 1, 2}, {"max of text", math.max, "10", 9}, {"max of three", math.max, 1, 5, 3},
  {"max of one", math.max, 4}, {"max of none", math.max}, {"max of nan", math.max, 0 / 0, 1},
  {"min", math.min, 1, 2}, {"min of nan", math.min, 1, 0 / 0}, {"min of text", math.min, 1, "x"},
  {"sqrt", math.sqrt, 16}, {"sqrt of nil", math.sqrt, nil},
  {"byte", string.byte, "abc"}, {"byte -1", string.byte, "abc", -1}, {"byte 0", string.byte, "abc", 0},
  {"byte 4", string.byte, "abc", 4}, {"byte -4", string.byte, "abc", -4}, {"byte 1.9", string.byte, "abc", 1.9},
  {"byte text", string.byte, "abc", "2"}, {"byte range", string.byte, "abc", 1, 3}, {"byte nil", string.byte, "abc", nil},
  {"byte of a number", string.byte, 123}, {"byte of nothing", string.byte},
  {"byte 2^53", string.byte, "abc", 2 ^ 53}, {"byte -2^70", string.byte, "abc", -2 ^ 70}, {"byte huge", string.byte, "abc", 1 / 0},
  {"len", string.len, "abc"}, {"len of a number", string.len, 1.5}, {"len of nil", string.len, nil},
  {"sub", string.sub, "hello", 2, 4}, {"sub to the end", string.sub, "hello", -3}, {"sub empty", string.sub, "hello", 4, 2},
  {"sub all", string.sub, "hello", 1, -1}, {"sub beyond", string.sub, "hello", -100, 100}, {"sub text", string.sub, "hello", "2"},
  {"sub nil", string.sub, "hello", nil}, {"sub nil end", string.sub, "hello", 2, nil}, {"sub of a number", string.sub, 12345, 2, 3},
  {"sub none", string.sub, "hello"}, {"sub huge", string.sub, "hello", 2, 1 / 0}, {"sub -huge", string.sub, "hello", -1 / 0, 2},
  {"sub long", string.sub, ("x"):rep(200), 3, 180},
  {"type", type, nil}, {"type of nothing", type}, {"type of a function", type, print}, {"type of two", type, 1, "x"},
  {"rawequal", rawequal, 1, 1}, {"rawequal nan", rawequal, 0 / 0, 0 / 0}, {"rawequal zero", rawequal, 0, -0},
  {"rawequal one", rawequal, 1}, {"rawequal three", rawequal, "a", "a", 3},
  {"rawget", rawget, t, 1}, {"rawget nan", rawget, t, 0 / 0}, {"rawget of nil", rawget, nil, 1}, {"rawget one", rawget, t},
  {"tonumber", tonumber, 12}, {"tonumber text", tonumber, " 0x10 "}, {"tonumber no", tonumber, "x"}, {"tonumber nil", tonumber, nil},
  {"tonumber nothing", tonumber}, {"tonumber base", tonumber, "zz", 36}, {"tonumber 2", tonumber, 10, 2},
  {"setmetatable nil", setmetatable, t, nil}, {"setmetatable of nil", setmetatable, nil, {}}, {"setmetatable one", setmetatable, {}},
  {"setmetatable number", setmetatable, {}, 1},
  {"setmetatable protected", setmetatable, setmetatable({}, {__metatable = "no"}), {}},
}

local function shown(...)
  local parts = {n = select("#", ...), ...}
  for i = 1, parts.n do
    local v = parts[i]
    if v ~= v then v = "nan" end
    parts[i] = type(v) == "table" and "table" or tostring(v)
  end
  return parts.n .. ": " .. table.concat(parts, ", ")
end

for _, call in ipairs(calls) do
  local name, f = call[1], call[2]
  local n = 0
  for i in pairs(call) do if i > 2 and i > n then n = i end end
  local function args() return unpack(call, 3, math.max(n, #call)) end
  print(name, "tail", shown(pcall(function() return f(args()) end)))
  print(name, "one", shown(pcall(function() local r = f(args()) return r end)))
  print(name, "two", shown(pcall(function() local r, s = f(args()) return r, s end)))
  print(name, "last", shown(pcall(function() return shown(f(args())) end)))
  print(name, "statement", shown(pcall(function() f(args()) end)))
end

-- The same with the arguments written out, which is another instruction.
print(shown(math.floor(3.7)), shown(string.byte("abc", 9)), shown(string.sub("abc", 2)), shown(math.max("10", 9)))
local a, b, c = math.floor(2.5), string.byte("z"), type(print)
print(a, b, c)
local d, e = math.floor(2.5)
print(d, e)
print((function() return math.floor(2.5) end)())
print((function() return string.byte("abc", 9) end)())
print(select("#", (function() return string.byte("abc", 9) end)()))
math.floor(1)
string.byte("abc", 7)
print(pcall(function() return math.floor("x") end))
print(pcall(function() local x = ("x"):sub({}) return x end))
print(("hello"):sub(2, 3), ("hello"):byte(2), ("hello"):len())

-- A wrapper around a function of the library is not the function.
local floor = math.floor
math.floor = function(x) return "mine " .. floor(x) end
print(math.floor(1.5), floor(1.5))

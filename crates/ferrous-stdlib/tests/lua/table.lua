local function t(f, ...)
  local out = {}
  for i, value in ipairs{n = 0, (function(...) local r = {...} for i = 1, select("#", ...) do r[i] = type(r[i]) == "table" and "table" or tostring(r[i]) end return unpack(r) end)(pcall(f, ...))} do out[i] = value end
  print(table.concat(out, " "))
end
local function list(l) local out = {} for i = 1, #l do out[i] = tostring(l[i]) end return table.concat(out, ",") end

t(table.concat, {1, 2, 3}) t(table.concat, {1, 2, 3}, ", ") t(table.concat, {1, 2, 3}, ",", 2) t(table.concat, {1, 2, 3}, ",", 2, 3) t(table.concat, {1, 2, 3}, ",", 3, 2) t(table.concat, {}, ",") t(table.concat, {1, {}, 3})
t(table.concat, {1, 2}, ",", 1, 3) t(table.concat, {"a", 1.5, "b"}, 0) t(table.concat) t(table.concat, 1) t(table.concat, {}, {}) t(table.concat, {[0] = "z", "a"}, "-", 0) t(table.concat, {true}) t(table.concat, {[-1] = "m", [0] = "z"}, "-", -1, 0)
local many = {} for i = 1, 20000 do many[i] = i end print(#table.concat(many, ","), table.concat(many, ","):sub(-20))

local a = {1, 2, 3} t(table.insert, a, 4) print(list(a)) t(table.insert, a, 1, 0) print(list(a)) t(table.insert, a, 3, "x") print(list(a)) t(table.insert, a, 10, "far") print(a[10], #a)
t(table.insert, a) t(table.insert, {}, 1, 2, 3) t(table.insert, 1, 2) t(table.insert, {}, "x", 1) t(table.insert, {}, -3, "neg")
local b = {1, 2, 3, 4, 5} print(table.remove(b), list(b)) print(table.remove(b, 1), list(b)) print(table.remove(b, 2), list(b)) t(table.remove, b, 10) t(table.remove, b, 0) t(table.remove, {}) t(table.remove) print(select("#", table.remove({}))) print(select("#", table.remove({}, 5)))
local c = {} for i = 1, 10000 do table.insert(c, 1, i) end print(#c, c[1], c[10000], c[5000]) for i = 1, 9990 do table.remove(c, 1) end print(list(c))

t(table.getn, {1, 2}) t(table.getn) t(table.setn, {}, 1) t(table.maxn, {1, 2, [10.5] = 1, [-3] = 1, x = 2}) t(table.maxn, {}) t(table.maxn)
t(table.foreach, {a = 1}, print) t(table.foreachi, {"x", "y"}, print) print(table.foreach({1, 2, 3}, function(k, v) if k == 2 then return v * 10 end end), table.foreachi({1, 2, 3}, function(i) if i == 3 then return "found" end end)) t(table.foreach, {}) t(table.foreachi, 1, print)

local function sorted(l, f) table.sort(l, f) return list(l) end
print(sorted{3, 1, 2}) print(sorted{"b", "a", "c"}) print(sorted({3, 1, 2}, function(x, y) return x > y end)) print(sorted{}) print(sorted{1}) print(sorted{2, 1}) print(sorted{"abc", "ab", "abcdefghij", "abcdefghia", "", "abcdefgh\0", "abcdefgh"})
t(table.sort, {1, "x"}) t(table.sort, {1, "x", 2, 3, 4}) t(table.sort, {{}, {}}) t(table.sort, {true, false}) t(table.sort, {1, nil, 3}) t(table.sort) t(table.sort, {}, 1) t(table.sort, {3, 2, 1}, nil)
t(table.sort, {3, 2, 1, 5, 4, 9, 7}, function() return true end) t(table.sort, {3, 2, 1}, function() error("compare") end) t(table.sort, {1, 2, 3}, function(x, y) return nil end)
print(sorted{3, 0/0, 1, -0, 0, 2})
local mt = {__lt = function(x, y) return x.v < y.v end} local objects = {} for i = 1, 20 do objects[i] = setmetatable({v = i * 7 % 20}, mt) end table.sort(objects) for i, o in ipairs(objects) do io.write(o.v, " ") end print()
-- The sort is not stable: the order of equal elements is PUC Lua's own.
local state = 42 local function random(n) state = (state * 1103515245 + 12345) % 2147483648 return state % n end
for _, n in ipairs{2, 3, 4, 5, 10, 50, 500, 3000} do
  local records = {} for i = 1, n do records[i] = {key = random(n / 2 + 1), id = i} end
  local calls = 0 table.sort(records, function(x, y) calls = calls + 1 return x.key < y.key end)
  local check = 0 for i, r in ipairs(records) do check = (check * 31 + r.id) % 1000003 end
  print(n, calls, check)
end
for _, n in ipairs{10, 100, 5000, 20000} do
  local numbers, strings = {}, {} for i = 1, n do numbers[i] = random(n) strings[i] = "k" .. random(n) end
  table.sort(numbers) table.sort(strings)
  local ok = true for i = 2, n do ok = ok and numbers[i - 1] <= numbers[i] and strings[i - 1] <= strings[i] end print(n, ok, numbers[1], numbers[n], strings[1], strings[n])
end
-- A comparison may raise, yield is refused, and sorting may nest.
print(pcall(table.sort, {3, 2, 1}, function(x, y) table.sort({2, 1}, function(p, q) return p < q end) return x < y end))
print(coroutine.resume(coroutine.create(function() table.sort({2, 1}, function() coroutine.yield() end) end)))
t(unpack, {1, 2, 3}) t(unpack, {1, 2, 3}, 2) t(unpack, {1, 2, 3}, 2, 5) t(unpack, {}, 1, 1e8) t(unpack) t(unpack, {1, 2}, -1, 1) print(select("#", unpack({}, 1, 7000))) print(unpack({1, nil, 3}, 1, 3))

-- Prints results, or the error, of one call; strings are quoted so that odd bytes show.
local function show(value)
  local kind = type(value)
  if kind == "string" then
    return '"' .. string.gsub(value, "[^%w%p ]", function(c) return "\\" .. string.byte(c) end) .. '"'
  elseif kind == "table" or kind == "function" or kind == "thread" or kind == "userdata" then
    return kind
  end
  return tostring(value)
end
local function t(f, ...)
  local results = {pcall(f, ...)}
  local n = select("#", pcall(f, ...))
  local out = {}
  for i = 1, n do out[i] = show(results[i]) end
  print(table.concat(out, " "))
end

for _, args in ipairs{{"hello", "l"}, {"hello", "xyz"}, {"hello", ""}, {"hello", "", 10}, {"hello", "", 6}, {"a.b", ".", 1, true}, {"a.b", "%."},
    {"hello", "(l)(l)"}, {"hello", "()ll()"}, {"hello", "^h"}, {"hello", "^e", 2}, {"hello", "o$"}, {"a\0b", "\0"}, {"a\0b", "b\0["}, {"abc", "b", -1}, {"abc", "b", -2},
    {"abc", "[a-"}, {"abc", "%"}, {"abc", "(a"}, {"abc", "a)."}, {"abc", "%1"}, {12345, 34}, {"x", "x", 1, false}, {"aXb", "%u"}} do
  t(string.find, unpack(args))
  t(string.match, args[1], args[2], args[3])
end
t(string.find) t(string.find, "a") t(string.find, {}, "a") t(string.match, "key = value", "^(%w+)%s*=%s*(%w+)$")
t(string.match, "  trim  ", "^%s*(.-)%s*$") t(string.match, "2024-01-02", "(%d+)-(%d+)-(%d+)") t(string.match, "[[x]]", "%b[]") t(string.match, "THE (quick) fox", "%f[%a]%a+", 5)

for _, args in ipairs{{"hello world", "o", "0"}, {"hello", "", "-"}, {"hello", "l", "%0%0"}, {"hello", "(l)(.)", "%2%1"}, {"abc", "%w", "%%%0"}, {"abc", "b", "%"}, {"abc", "b", "%x"}, {"abc", "b", "%2"},
    {"abc", "b", {b = "X"}}, {"abc", "%w", {a = 1, b = true and "t", c = false}}, {"abc", "b", {b = {}}}, {"abc", "b", {b = true}}, {"hello", "l", "L", 1}, {"hello", "l", "L", 0}, {"hello", "l", "L", -1},
    {"abc", "^a", "x"}, {"aaa", "^a", "x"}, {"abc", "$", "!"}, {"abc", "()", "%1"}, {"abc def", "%w+", string.upper}, {"abc", "(a)(b)(c)", function(...) return select("#", ...) end},
    {"abc", "b", function() end}, {"abc", "b", function() return false end}, {"abc", "b", function() return {} end}, {"abc", "b", true}, {"abc", "b"}, {"abc", "b", 12}, {"abc", "(", "x"}, {"x y", "%s*", "."},
    {"abc", "x*", "-"}, {"hello world", "(o)", "<%1>"}, {"", "", "x"}, {"", "x", "y"}, {"abc", ".", "%0%0", 2}, {"$name is $age", "%$(%w+)", {name = "Bob", age = 42}}} do
  t(string.gsub, unpack(args, 1, 4))
end
t(string.gsub, "abc", "%w", setmetatable({}, {__index = function(_, k) return k .. k end}))
t(string.gsub, "abc", "%w", setmetatable({}, {__index = setmetatable({a = "z"}, {__index = {b = "y"}})}))
t(string.gsub, "abc", "b", function() error("inside") end)
t(string.gsub, "abc", "b", function() error({}) end)
t(string.gsub, "hello world from lua", "(%w+) (%w+)", "%2 %1")
-- A callback that searches itself.
print((string.gsub("one two", "%w+", function(w) return (string.gsub(w, "o", function(o) return o:upper() end)) end)))

for k, v in string.gmatch("a=1, b=2, c=3", "(%w+)=(%w+)") do io.write(k, ":", v, ";") end print()
for w in string.gmatch("one  two", "%a*") do io.write("[", w, "]") end print()
for p in string.gfind("abc", "()") do io.write(p, " ") end print()
for w in ("^a^a"):gmatch("^a") do io.write(w, " ") end print()
t(string.gmatch, "a") t(string.gmatch("a", "("))
print(string.gfind == string.gmatch)

t(string.byte, "hello", 1, -1) t(string.byte, "hello", 10) t(string.byte, "hello", 0) t(string.byte, "hello", -2) t(string.byte, "") t(string.byte, "hello", 3, 2) t(string.byte, ("x"):rep(9000), 1, -1)
t(string.char) t(string.char, 72, 105) t(string.char, 256) t(string.char, -1) t(string.char, "65") t(string.char, "x") t(string.char, 0, 255)
t(string.sub, "hello", 2, 3) t(string.sub, "hello", -3) t(string.sub, "hello", 0) t(string.sub, "hello", 4, 100) t(string.sub, "hello", 3, 2) t(string.sub, "hello", -100, 2) t(string.sub, "hello") t(string.sub, "hello", 2^40) t(string.sub, 12345, 2, -2)
t(string.rep, "ab", 3) t(string.rep, "ab", 0) t(string.rep, "ab", -5) t(string.rep, "", 10) t(string.rep, "x", 1) t(string.rep, "x") print(#string.rep("abc", 100000), string.rep("abc", 100000):sub(-4))
t(string.reverse, "hello") t(string.reverse, "") t(string.reverse) t(string.lower, "HeLLo 1\200") t(string.upper, "HeLLo 1\200") t(string.len, "a\0b") t(string.len, 12) t(string.len)
print(#string.upper(("ab"):rep(100000)), string.upper(("ab"):rep(100000)):sub(99999, 100002), string.reverse(("ab"):rep(100000)):sub(1, 4))
t(string.dump, print) t(string.dump, 1)
print(("x"):rep(3), ("%d"):format(3), #"abc", ("abc").len == string.len)
local big = ("a"):rep(200000)
print(big:find("b"), big:find("aab", 1, true), (big .. "b"):find("ab"), (big .. "b"):find("a-b"), (big .. "b"):match("a*(b)"), big:gsub("a", "b"):sub(1, 3))
print(select(2, big:gsub("a", "%0%0")), #big:gsub("a", "%0%0"), select(2, big:gsub("", "x")))

for _, args in ipairs{{"%d", 3.7}, {"%d", -3.7}, {"%5d|%-5d|%05d", 42, 42, 42}, {"%+d % d", 1, 1}, {"%x %X %o %#x", 255, 255, 8, 255}, {"%5.2f", 3.14159}, {"%e", 12345.678}, {"%g %g %g", 1e20, 0.1, 100}, {"%c%c", 72, 105}, {"%s %s", "a", 1},
    {"%q", 'a "quoted"\n\\ \0 \r line'}, {"%10s|%-10s|%.2s", "ab", "cd", "efg"}, {"%%"}, {"%"}, {"%y", 1}, {"%d"}, {"%s"}, {"%d", "x"}, {"%d", "10"}, {"%s", {}}, {"%s", nil}, {"%123d", 1}, {"%.123f", 1}, {"%------d", 1},
    {"%i", 2^53}, {"%u", -1}, {"%x", -1}, {"%d", 2^63}, {"%d", 0/0}, {"%f", 1/0}, {"%5.1f", -1/0}, {"%s", "a\0b"}, {"%s", ("x"):rep(99) .. "\0yy"}, {"%5s", ("x"):rep(99) .. "\0yy"}, {"%c", 0}, {"%5%", 1}, {"%.3q", "abcd"}, {"%.0f", 0.5}, {"%.14g", 0.1}, {"%5c|", 65}, {}, {1}, {"%s"}, {"%.20s", "abc"}} do
  t(string.format, unpack(args, 1, 4))
end

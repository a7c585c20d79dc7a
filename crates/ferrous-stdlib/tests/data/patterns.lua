-- Prints the cases of patterns.txt, one a line: subject, pattern, first position, then what string.find answers.
-- Run with PUC Lua 5.1: lua5.1 patterns.lua > patterns.txt
math.randomseed(42)
local pieces = {"a", "b", "c", ".", "%a", "%d", "%S", "%W", "[ab]", "[^a]", "[a-c]", "[%d_]", "[]a]", "[^%s]", "%.", "%b()", "%bab",
  "%f[%w]", "%f[^a]", "%1", "%2", "(", ")", "()", "$", "=", "-",
  "(.-)", "(a*)", "([ab]+)", "(%w-)", "(.)", "(.*)", "((a)b?)", ".", ".", "a", "[ab]", "%a", "%S"}
local suffixes = {"", "", "", "", "*", "+", "-", "?"}
local letters = {"a", "a", "b", "c", "1", " ", "(", ")", "_", "=", "."}
local function escape(text) return (text:gsub("[%c\\]", function(c) return ("\\%03d"):format(c:byte()) end)) end
local function show(ok, ...)
  if not ok then return "error: " .. (...) end
  local out = {}
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    out[i] = type(value) == "number" and tostring(value) or value == nil and "nil" or '"' .. escape(value) .. '"'
  end
  return table.concat(out, " ")
end
local function case(subject, pattern, init)
  print(escape(subject) .. "\t" .. escape(pattern) .. "\t" .. init .. "\t" .. show(pcall(string.find, subject, pattern, init)))
end
for _, fixed in ipairs{{"hello world", "o w"}, {"key=value", "^(%w+)=(%w*)$"}, {"  trim me  ", "^%s*(.-)%s*$"}, {"THE (quick) fox", "%((%a+)%)"},
  {"THE (quick) fox", "%f[%a]%a+%f[%A]", 5}, {"[[x]]", "%b[]"}, {"abc", ""}, {"abc", "", 10}, {"abc", "$"}, {"", ".*"}, {"a\0b", "%z"},
  {"x=1,y=2", "(%w)=(%w),(%w)=(%w)"}, {"aaa", "a-b"}, {"aaab", "a-b"}, {"2024-01-02", "(%d+)-(%d+)-(%d+)"}, {"a.b.c", "^(.*)%.(.*)$"},
  {"a", "%"}, {"a", "[a"}, {"a", "[]"}, {"a", "[^"}, {"a", "a)"}, {"a", ".)"}, {"a", "(."}, {"a", "%f"}, {"a", "%b"}, {"a", "%bx"}, {"b", ".%1"},
  {"aa", "(a%1)"}, {("x"):rep(40), ("()"):rep(33)}, {("x"):rep(40), ("()"):rep(32)}, {"abcabc", "(abc)%1"}, {"hello", "l*"}, {"hello", "l+", -2}, {"$a", "$a"}, {"a$", "a$$"}, {"\255\200", "[\200-\255]+"}} do
  case(fixed[1], fixed[2], fixed[3] or 1)
end
for _ = 1, 2000 do
  local subject, pattern = {}, {}
  for i = 1, math.random(0, 10) do subject[i] = letters[math.random(#letters)] end
  for i = 1, math.random(1, 4) do pattern[i] = pieces[math.random(#pieces)] .. suffixes[math.random(#suffixes)] end
  if math.random(8) == 1 then table.insert(pattern, 1, "^") end
  case(table.concat(subject), table.concat(pattern), math.random(1, 4))
end

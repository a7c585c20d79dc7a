-- - on every type, as a value, twice, in a condition and with a constant
local names = { "nil", "true", "false", "12", "0.5", "'10'", "' 0x10 '", "'abc'", "''", "{}", "print", "thread", "userdata" }
local thread, userdata = coroutine.create(function() end), newproxy()
local values = { nil, true, false, 12, 0.5, "10", " 0x10 ", "abc", "", {}, print, thread, userdata }

for i, name in ipairs(names) do
  local function strip(ok, r) return ok and (type(r) == "number" and r == 0 and "zero" or tostring(r)) or r:gsub("^[^:]*:%d+: ", "") end
  print(name, (strip(pcall(function(v) return -v end, values[i]))), (strip(pcall(function(v) return - -v end, values[i]))),
    (strip(pcall(function(v) if -v then return "then" else return "else" end end, values[i]))))
end
for _, literal in ipairs { "nil", "true", "false", "0", "1", "'abc'", "''", "'5'", "'0x10'", "' 5 '", "{}", "{ 1, 2 }", "1e400", "(2)", "(...)", "function() end" } do
  print(literal, pcall(assert(loadstring("local r = -" .. literal .. " if r == 0 then return 'zero' end return r", "=c")), 3))
end

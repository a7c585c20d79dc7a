-- A syntax error ends the reading, whatever the reader would still give.
local calls = 0
print(load(function() calls = calls + 1 return calls == 1 and "x = = y" or " more" end)) print(calls)
calls = 0
print(load(function() calls = calls + 1 return "f() " .. (calls == 5 and ") " or "") end)) print(calls)
print(load(function() return "end " end))
print(load(function() return "= " end, "=named"))
print((load(math.random)))
print(load(function() return "x" .. ("y"):rep(100) .. " " end))

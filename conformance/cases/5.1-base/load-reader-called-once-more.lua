-- An empty first piece is asked for twice: once by load, once by the lexer.
local calls = 0
local f = load(function() calls = calls + 1 end)
print(type(f), calls) calls = 0
f = load(function() calls = calls + 1 return "" end)
print(type(f), calls) calls = 0
f = load(function() calls = calls + 1 if calls == 2 then return "return 'second'" end end)
print(f and f(), calls) calls = 0
f = load(function() calls = calls + 1 if calls == 3 then return "return 'third'" end end)
print(f and f(), calls) calls = 0
f = load(function() calls = calls + 1 if calls == 1 then return "return 1" end end)
print(f and f(), calls) calls = 0
f = load(function() calls = calls + 1 if calls == 1 then return "x = =" end return " 1" end)
print(f, calls)

-- Names may hold letters, digits and underscores; case matters; goto is an ordinary name in 5.1.
local _a, a1, A1, __ = 1, 2, 3, 4
print(_a, a1, A1, __)
local goto = 7
goto = goto + 1
print(goto)
and_, End, nilly = "x", "y", "z"
print(and_, End, nilly)
local t = { goto = 5 }
print(t.goto, goto)

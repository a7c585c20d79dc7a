-- an operand that is a local is read when the operation runs, as in PUC Lua
local a = 1
local function change(x) a = x return 10 end
print(a + change(5), a)
a = 1 print(change(7) + a)
a = 1 print(a .. change(2), a)
a = 1 print((a) + change(3))
a = 1 print(a == change(10), a < change(0))
local t = { a, change(4), a } print(t[1], t[2], t[3])
a = 1 print(a, change(6), a)
a = { x = 1 } local function swap() a = { x = 2 } return 3 end
print(a.x + swap(), a.x)
local b = 5 local function inc() b = b + 1 return b end
print(b + inc() + b + inc() + b)

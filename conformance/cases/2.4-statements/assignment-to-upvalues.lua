local a, b = 1, 2
local function swap() a, b = b, a end
swap() print(a, b)
local function rotate(c) a, b, c = c, a, b return c end
print(rotate(9), a, b)
local function chain() a = a + 1 b = a a = b * 2 return a, b end
print(chain()) print(a, b)
local t = {}
local function fill() t.a, t.b, t = a, b, { old = t } end
fill() print(t.a, t.old.a, t.old.b)

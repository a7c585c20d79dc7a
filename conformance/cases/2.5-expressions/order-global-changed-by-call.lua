a = 1
local function change(x) a = x return 10 end
print(a + change(5), a)
a = 1 print(change(7) + a)
a = 1 print(a .. change(2), a)
a = 1 print(a == change(1), a < change(0))
a = 1 print(a, change(6), a)
t = { x = 1 }
local function set(v) t.x = v return v end
print(t.x + set(5), t.x, t.x .. set(7), set(8) .. t.x)
t, u = { x = "old" }, t
print(t.x, u.x)

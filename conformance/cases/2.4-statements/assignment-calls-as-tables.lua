local store = {}
local function get() print("get") return store end
get().a = 1
get()["b"] = 2
get().c, get().d = 3, 4
print(store.a, store.b, store.c, store.d)
local function nested() return { get = get } end
nested().get().e = 5 print(store.e)
;(get()).f = 6 print(store.f)
;("x").y = nil

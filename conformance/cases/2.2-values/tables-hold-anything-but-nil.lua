local t = { 1, nil, 3, false, n = nil, f = false }
print(t[1], t[2], t[3], t[4], t.n, t.f)
t.f = nil print(t.f, next({}), next({ nil }), next({ nil, nil }))
t[3] = nil print(t[3])
local keys = 0 for _ in pairs { a = nil, b = false, c = 0 } do keys = keys + 1 end print(keys)

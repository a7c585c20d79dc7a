local function iter(n, i) if i < n then return i + 1, "b" .. i, "c" .. i, "d" .. i, "e" .. i end end
for a in iter, 2, 0 do print(a) end
for a, b in iter, 2, 0 do print(a, b) end
for a, b, c in iter, 2, 0 do print(a, b, c) end
for a, b, c, d in iter, 2, 0 do print(a, b, c, d) end
for a, b, c, d, e, f in iter, 2, 0 do print(a, b, c, d, e, f) end

local p = { x = 1, y = 2, 10, 20, 30 }
p.x, p.y = p.y, p.x print(p.x, p.y)
p[1], p[2], p[3] = p[3], p[1], p[2] print(p[1], p[2], p[3])
local i, j = 1, 3
p[i], p[j] = p[j], p[i] print(p[1], p[3])
i, j, p[i], p[j] = j, i, "pi", "pj" print(i, j, p[1], p[3])
x, y = 5, 6
x, y = y, x print(x, y)
x, p.x, y = p.x, y, x print(x, p.x, y)

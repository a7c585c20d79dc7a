local function f(...) return select("#", ...) end
print(f(), f(nil), f(nil, nil), f(unpack({}, 1, 10)))
print(select(2, "a", "b", "c")) print(select(-1, "a", "b", "c")) print(select(-3, "a", "b", "c")) print((select(3, "a", "b", "c")))
print(select(4, "a", "b", "c")) print(select("#")) print(select("2", "a", "b"))
print(pcall(select, 0, 1)) print(pcall(select, -2, 1)) print(pcall(select)) print(pcall(select, "x", 1)) print(pcall(select, {}, 1))
print(select(1.9, "a", "b")) print(pcall(select, -1))
print(select(100, 1, 2)) print(select(2^31 - 1, 1))

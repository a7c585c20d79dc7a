local function v(x) io.write(tostring(x), " ") return x end
print(v(1) + v(2) * v(3) - v(4))
print(v(2) ^ v(3) ^ v(2))
print(v "a" .. v "b" .. v "c" .. v "d")
print(v(1) < v(2), v(1) > v(2), v(1) <= v(2), v(1) >= v(2), v(1) == v(2), v(1) ~= v(2))
print((v(1) + v(2)) * (v(3) + v(4)))
print(-v(1) + -v(2), not v(1) == not v(2), #v "abc" + #v "d")
print(v(1) and v(2) or v(3), v(nil == 1) or v(2) and v(3))
print(v(1) == 1 and v(2) < 3 and v "yes" or v "no")

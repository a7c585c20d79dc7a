for _, base in ipairs { 0, 1, -1, 37, 100, 1.9, 2.9, 36.9, 37.1, 1e10, "2", "x" } do print(tostring(base), pcall(tonumber, "10", base)) end
print(pcall(tonumber, "10", nil))
print(pcall(tonumber, nil, 10))
print(pcall(tonumber, nil, 16))
print(pcall(tonumber, {}, 16))
print(pcall(tonumber, true, 2))
print(pcall(tonumber, 10, 16), pcall(tonumber, 1e15, 36), pcall(tonumber, 1.5, 16))
print(pcall(tonumber, {}, 10), pcall(tonumber, true), pcall(tonumber, print))
print(pcall(tonumber))

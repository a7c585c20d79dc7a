print(assert(1, 2, 3)) print(assert(true)) print(assert("x", nil)) print(select("#", assert(1, nil, nil)))
print(pcall(assert)) print(pcall(assert, nil)) print(pcall(assert, false)) print(pcall(assert, nil, "message")) print(pcall(assert, false, 5)) print(pcall(assert, nil, nil)) print(pcall(assert, nil, {})) print(pcall(assert, false, "a", "b"))
print(pcall(function() assert(false, "no position") end)) print(pcall(function() assert(nil) end)) print(pcall(function() assert(1 == 2, "x" .. 1) end)) print(pcall(assert, 0), pcall(assert, ""))

print(pcall(error, 42)) print(pcall(function() error(42) end)) print(pcall(function() error(1e100) end)) print(pcall(function() error(-0.5, 2) end)) print(pcall(function() error(0/0 ~= 0/0) end))
print(type(select(2, pcall(error, 42))), type(select(2, pcall(function() error(42) end)))) print(type(select(2, pcall(function() error(42, 0) end))))
local ok, v = pcall(error, "10", 0) print(v + 5)

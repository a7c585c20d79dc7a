print(xpcall(function() error("first", 0) end, function(m) error("second", 0) end))
print(xpcall(function() error("first", 0) end, nil))
print(xpcall(function() error("first", 0) end, "not a function"))
print(xpcall(function() error("a", 0) end, function(m) return pcall(error, m .. "b", 0) end))

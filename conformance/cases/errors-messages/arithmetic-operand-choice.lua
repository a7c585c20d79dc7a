-- The first operand is blamed unless it is a number or a numeral; then the second.
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
try(function() local a, b = nil, {}; return a + b end)
try(function() local a, b = {}, nil; return a + b end)
try(function() local a, b = "x", nil; return a + b end)
try(function() local a, b = nil, "x"; return a + b end)
try(function() local a, b = "1", nil; return a + b end)
try(function() local a, b = nil, "1"; return a + b end)
try(function() local a, b = "x", "y"; return a + b end)
try(function() local a, b = 1, "y"; return a + b end)
try(function() local a = {}; return a + a end)

local function nest(n) if n == 0 then error("bottom", 0) end local ok, message = pcall(nest, n - 1) error(message .. "+", 0) end
print(#select(2, pcall(nest, 100)))
local function deep(n) local ok, got = pcall(function() if n > 0 then return deep(n - 1) end return "end" end) return got end
print(deep(60))
local ok, message = pcall(function() local function f() return 1 + f() end return f() end)
print(ok, (message:gsub("%(.*", "")))

local ok, message = pcall(function()
  local ok, inner = pcall(error, "inner", 0)
  error("outer:" .. inner, 0)
end)
print(ok, message)
print(pcall(pcall, pcall, error, "x"))
local function rethrow(f)
  local ok, e = pcall(f)
  if not ok then error(e, 0) end
end
print(pcall(rethrow, function() error("original") end))
local level = 0
local function deep(n) if n == 0 then error("bottom", 0) end local ok, e = pcall(deep, n - 1) level = level + 1 error(e, 0) end
print(pcall(deep, 50))
print(level)

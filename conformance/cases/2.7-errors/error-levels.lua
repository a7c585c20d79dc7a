local function thrower(level) error("message", level) end
local function caller(level)
  thrower(level)
end
for _, level in ipairs { 0, 1, 2, 3 } do
  print(level, pcall(caller, level))
end
print(pcall(function() error("deep", 50) end))
print(pcall(function() error("default") end))

local function third(level) error("text", level) end
local function second(level) third(level) end
local function first(level)
  second(level)
end
for _, level in ipairs { 0, 1, 2, 3, 4, 5, 6, 50 } do print(level, pcall(first, level)) end
print(pcall(error, "text", -1))
print(pcall(error, "text", 1)) print(pcall(error, "text", 2)) print(pcall(error, "text", 3))
print(pcall(error, "text", 1.9)) print(pcall(error, "text", "1")) print(pcall(error, "text", nil))
print(pcall(error, "text", "x"))
print(pcall(function() error("direct", "2") end))

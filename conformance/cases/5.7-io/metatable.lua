local metatable = getmetatable(io.stdout)
local names = {}
for name, value in pairs(metatable) do names[#names + 1] = name .. " " .. type(value) end
table.sort(names)
print(table.concat(names, "\n"))
print(metatable.__index == metatable, metatable == getmetatable(io.stdin))

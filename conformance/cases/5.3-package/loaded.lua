local names = {}
for name, value in pairs(package.loaded) do names[#names + 1] = name .. " " .. tostring(value == _G[name]) end
table.sort(names)
print(table.concat(names, "\n"))
print(require "string" == string, require "_G" == _G)

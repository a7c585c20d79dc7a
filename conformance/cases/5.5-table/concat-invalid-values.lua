for _, value in ipairs { true, {}, print, coroutine.create(function() end), newproxy() } do
  print(type(value), pcall(table.concat, { "a", value, "b" }, ","))
  print("", pcall(table.concat, { value }))
  print("", pcall(table.concat, { "a", "b", value }, ",", 1, 2))
end
print(pcall(table.concat, { "a", nil, "c" }, ",", 1, 3))
print(pcall(table.concat, {}, ",", 1, 1))
print(pcall(table.concat, { setmetatable({}, { __tostring = function() return "t" end }) }))
print(pcall(table.concat, { setmetatable({}, { __concat = function() return "t" end }) }))
print(pcall(table.concat, { 1 }, {}))
print(pcall(table.concat, { 1 }, ",", {}))
print(pcall(table.concat, { 1 }, ",", 1, {}))

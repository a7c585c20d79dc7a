local function many(n)
  local names = {}
  for i = 1, n do names[i] = "v" .. i end
  return "local " .. table.concat(names, ", ")
end
print(loadstring(many(200), "=c") ~= nil)
print((select(2, loadstring(many(201), "=c"))))
print((select(2, loadstring("function f()\n" .. many(201) .. "\nend", "=c"))))
local lines = {}
for i = 1, 201 do lines[i] = "local x" .. i end
print((select(2, loadstring(table.concat(lines, "\n"), "=c"))))
print(loadstring(("do local a end "):rep(300), "=c") ~= nil)

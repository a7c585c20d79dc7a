local function code(n)
  local names = {}
  for i = 1, n do names[i] = "u" .. i end
  local out = { "local " .. table.concat(names, ", ") }
  out[#out + 1] = "return function() return " .. table.concat(names, ", ") .. " end"
  return table.concat(out, "\n")
end
print(loadstring(code(60), "=c") ~= nil)
print((select(2, loadstring(code(61), "=c"))))
print((select(2, loadstring("function outer()\n" .. code(61) .. "\nend", "=c"))))

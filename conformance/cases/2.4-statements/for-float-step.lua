local function list(first, last, step)
  local out = {}
  for i = first, last, step do out[#out + 1] = tostring(i) end
  return table.concat(out, " ")
end
print(list(0, 1, 0.25))
print(list(1, 0, -0.5))
print(list(0.5, 3, 1))
print(list(0, 1, 0.1))
print(#list(1, 2, 0.3))
print(list(1e15, 1e15 + 2, 1))
print(list(-0.5, 0.5, 0.5))

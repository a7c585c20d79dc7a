local function list(first, last, step)
  local out = {}
  for i = first, last, step or 1 do out[#out + 1] = tostring(i) end
  return "[" .. table.concat(out, " ") .. "]"
end
print(list(1, 5), list(5, 1), list(5, 1, -2), list(1, 1), list(0, 10, 3))
print(list(-2, 2), list(1, 0, -1), list(10, 1, -4))
for i = 3, 1 do print("never") end

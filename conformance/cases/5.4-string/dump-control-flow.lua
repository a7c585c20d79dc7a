local function f(n)
  local out = {}
  for i = n, 1, -2 do out[#out + 1] = i end
  for k, v in pairs { a = 1 } do out[#out + 1] = k .. v end
  for i, v in ipairs { "x", "y" } do if i == 2 then out[#out + 1] = v end end
  while n > 3 do n = n - 1 repeat local z = n until z > 0 if n == 5 then break end end
  out[#out + 1] = n
  out[#out + 1] = tostring(n == 5 and not (n < 4) or nil)
  return table.concat(out, ",")
end
print(f(8))
print(loadstring(string.dump(f))(8))

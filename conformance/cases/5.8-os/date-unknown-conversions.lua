local out = {}
for byte = 32, 126 do
  local c = string.char(byte)
  if not c:find("%a") then out[#out + 1] = os.date("!%" .. c, 0) end
end
print(table.concat(out, "|"))
print(os.date("!%J %E %O %f %i %q %v %N %Q %K %L %o", 0))

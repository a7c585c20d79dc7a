-- %x and %X over all bytes: alone, in a set, in a complement, with each quantifier, beside anchors.
local all = {}
for byte = 0, 255 do all[#all + 1] = string.char(byte) end
all = table.concat(all)
for _, pattern in ipairs { "%x", "%X", "[%x]", "[^%x]", "[%X]", "[^%X]", "[%x_]", "[^%x_]", "[%x0-4]", "[%x%X]", "[^%x%X]" } do
  local count = select(2, all:gsub(pattern, ""))
  local sum = 0
  for byte in all:gmatch(pattern) do sum = sum * 31 % 65521 + byte:byte() end
  print(pattern, count, sum, all:find(pattern))
end
for _, pattern in ipairs { "%x+", "%X+", "%x*", "%X-%x", "^%x*", "%X*$", "%x?%X", "[%x]+", "[^%x]+" } do
  local runs = {}
  for run in all:gmatch("()" .. pattern) do runs[#runs + 1] = run if #runs == 12 then break end end
  print(pattern, table.concat(runs, " "), (all:find(pattern)), (select(2, all:find(pattern))))
end
local text = "Ab9 _-\t\n\0{z}\127\128\255 fG0x"
print((text:gsub("%x", "."):gsub("[%c%z\127-\255]", "?")))
print((text:gsub("%X", "."):gsub("[%c%z\127-\255]", "?")))
print((text:gsub("%f[%x]", "<"):gsub("[%c%z\127-\255]", "?")))
print((text:gsub("%f[^%x]", ">"):gsub("[%c%z\127-\255]", "?")))

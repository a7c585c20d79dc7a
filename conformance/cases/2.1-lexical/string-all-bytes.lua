local parts = {}
for byte = 0, 255 do
  parts[#parts + 1] = "\\" .. byte
  local quoted = loadstring("return '\\" .. byte .. "'")()
  assert(#quoted == 1 and quoted:byte() == byte)
end
local all = loadstring("return '" .. table.concat(parts) .. "'")()
print(#all)
local sum = 0
for i = 1, 256 do assert(all:byte(i) == i - 1) sum = sum + all:byte(i) end
print(sum)
local raw = 0
for byte = 0, 255 do
  local c = string.char(byte)
  if c ~= "\n" and c ~= "\r" and c ~= "'" and c ~= "\\" then
    local f = loadstring("return '" .. c .. "'")
    if f and f() == c then raw = raw + 1 else print("byte", byte, f ~= nil) end
  end
end
print(raw)

-- s:byte(1, -1) for each byte around a letter; results as numbers.
local function bytes(v)
  if type(v) ~= "string" then return tostring(v) end
  return #v .. ":" .. table.concat({ v:byte(1, -1) }, ".")
end
for byte = 0, 255 do
  local s = string.char(byte) .. "a" .. string.char(byte)
  local out = { s:byte(1, -1) }
  for i = 1, #out do out[i] = bytes(out[i]) end
  print(byte, unpack(out))
end

-- a constant on either side of -, and a variable of each kind on the other
global_value = 7
local upvalue = 7
for _, constant in ipairs { '0', '1', '-1', '0.5', '2', '255', '1e300', '"3"', '"0x10"', '" 7 "', '"x"', 'nil', 'true' } do
  for _, template in ipairs {
    "local v = 7 return v - K", "local v = 7 return K - v",
    "return global_value - K", "return K - global_value",
    "local t = { f = 7 } return t.f - K", "local t = { f = 7 } return K - t.f",
    "return (...) - K", "return K - (...)",
    "local v = '7' return v - K", "local v = '7' return K - v",
  } do
    local code = template:gsub("K", constant)
    print(code, pcall(assert(loadstring(code, "=c")), 7))
  end
end

-- Measures string.format and tostring of integers, floats and strings.
local n = tonumber((...)) or 480000

local format = string.format
local total = 0
for i = 1, n do
  local text = format("%d:%05.2f|%-8s|%x", i, i / 3, "k" .. i % 100, i % 65536)
  total = total + #text
  total = total + #format("%q %s", "a\"b", tostring(i % 10 == 0)) + #tostring(i * 0.5)
end
print("string_format", n, total, format("%08.3f %5s %c", n / 7, "end", 65))

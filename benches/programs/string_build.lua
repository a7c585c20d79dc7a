-- Measures building strings: repeated .. on short strings, table.concat on long ones.
local n = tonumber((...)) or 400000

local parts, length = {}, 0
for i = 1, n do
  local piece = "item" .. i .. "=" .. (i * 7 % 1000) .. ";"
  parts[#parts + 1] = piece
  length = length + #piece
end
local whole = table.concat(parts)
local listed = table.concat(parts, ", ", 1, math.floor(n / 2))

local line, lines = "", 0
for i = 1, n do
  line = line .. "x"
  if #line == 120 then
    lines = lines + 1
    line = ""
  end
end
print("string_build", n, length == #whole, #listed, lines, #line)

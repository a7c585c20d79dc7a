-- Measures string.byte, string.char, sub and a rotation cipher character by character.
local n = tonumber((...)) or 60000

local byte, char, sub = string.byte, string.char, string.sub

local function rotate(text, shift)
  local out = {}
  for i = 1, #text do
    local code = byte(text, i)
    if code >= 97 and code <= 122 then code = (code - 97 + shift) % 26 + 97 end
    out[i] = char(code)
  end
  return table.concat(out)
end

local function palindrome(text)
  local low, high = 1, #text
  while low < high do
    if sub(text, low, low) ~= sub(text, high, high) then return false end
    low, high = low + 1, high - 1
  end
  return true
end

local text = "the quick brown fox jumps over the lazy dog 0123456789 "
local sum, mirrors = 0, 0
for i = 1, n do
  text = rotate(text, i % 25 + 1)
  local a, b, c = byte(text, 1, 3)
  sum = (sum * 31 + a * 3 + b * 5 + c) % 1000003
  if palindrome(sub(text, 1, 12) .. sub(text, 1, 12):reverse()) then mirrors = mirrors + 1 end
end
print("string_bytes", n, sum, mirrors, text)

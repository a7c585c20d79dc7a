-- Measures hashing with 32-bit and/xor/rotate made from division and modulo (no bit library).
local n = tonumber((...)) or 90000

local floor = math.floor
local word = 4294967296

-- XOR of nibbles by table, so that a 32-bit XOR is eight lookups.
local nibble_xor = {}
for a = 0, 15 do
  for b = 0, 15 do
    local result, bit, x, y = 0, 1, a, b
    for _ = 1, 4 do
      if x % 2 ~= y % 2 then result = result + bit end
      x, y, bit = floor(x / 2), floor(y / 2), bit * 2
    end
    nibble_xor[a * 16 + b] = result
  end
end

local function xor(a, b)
  local result, place = 0, 1
  for _ = 1, 8 do
    local low_a, low_b = a % 16, b % 16
    result = result + nibble_xor[low_a * 16 + low_b] * place
    a, b, place = (a - low_a) / 16, (b - low_b) / 16, place * 16
  end
  return result
end

local function rotate(value, bits)
  local high = 2 ^ (32 - bits)
  local low = value % high
  return low * 2 ^ bits + (value - low) / high
end

local function multiply(a, b)
  local low = b % 65536
  local high = (b - low) / 65536
  return (a * low + (a * high) % 65536 * 65536) % word
end

local function digest(text, state)
  for i = 1, #text do
    state = xor(state, text:byte(i))
    state = multiply(state, 16777619)
    state = (rotate(state, 13) + 2654435769) % word
  end
  state = xor(state, floor(state / 65536))
  return multiply(state, 2246822507)
end

local state = 2166136261
for i = 1, n do state = digest("block:" .. i, state) end
print("bit_mixing", n, string.format("%.0f", state), string.format("%.0f", digest("", state)))

-- Measures LZW compression and expansion: growing string keys in a dictionary.
local n = tonumber((...)) or 220000

local words = { "alpha ", "beta ", "gamma ", "delta ", "lua ", "redis ", "set ", "get " }
local seed, parts = 3, {}
for i = 1, n do
  seed = (seed * 16807) % 2147483647
  parts[i] = words[seed % 8 + 1]
end
local text = table.concat(parts)

local function compress(input)
  local codes, size, out = {}, 256, {}
  for i = 0, 255 do codes[string.char(i)] = i end
  local prefix = ""
  for i = 1, #input do
    local letter = input:sub(i, i)
    local longer = prefix .. letter
    if codes[longer] then
      prefix = longer
    else
      out[#out + 1] = codes[prefix]
      codes[longer] = size
      size = size + 1
      prefix = letter
    end
  end
  out[#out + 1] = codes[prefix]
  return out
end

local function expand(input)
  local entries, size, out = {}, 256, {}
  for i = 0, 255 do entries[i] = string.char(i) end
  local previous = entries[input[1]]
  out[1] = previous
  for i = 2, #input do
    local entry = entries[input[i]] or previous .. previous:sub(1, 1)
    out[i] = entry
    entries[size] = previous .. entry:sub(1, 1)
    size = size + 1
    previous = entry
  end
  return table.concat(out)
end

local sum, codes = 0, nil
for round = 1, 3 do
  codes = compress(text)
  assert(expand(codes) == text)
  for i = 1, #codes do sum = (sum * 33 + codes[i] + round) % 1000003 end
end
print("lzw", n, #text, #codes, sum)

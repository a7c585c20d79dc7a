-- Measures substring extraction and counting in hash tables with string keys.
local n = tonumber((...)) or 600000

local seed = 12
local letters = { "a", "c", "g", "t", "a", "t" }
local parts = {}
for i = 1, n do
  seed = (seed * 3877 + 29573) % 139968
  parts[i] = letters[math.floor(seed / 139968 * 6) + 1]
end
local sequence = table.concat(parts)

local function frequencies(length)
  local counts, distinct = {}, 0
  for i = 1, #sequence - length + 1 do
    local fragment = sequence:sub(i, i + length - 1)
    local seen = counts[fragment]
    if not seen then
      distinct = distinct + 1
      seen = 0
    end
    counts[fragment] = seen + 1
  end
  return counts, distinct
end

local report = {}
for _, length in ipairs { 1, 2, 3, 4, 6, 12 } do
  local counts, distinct = frequencies(length)
  report[#report + 1] = distinct .. ":" .. (counts[("ac"):rep(6):sub(1, length)] or 0)
end
print("k_nucleotide", n, table.concat(report, " "))

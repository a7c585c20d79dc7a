-- Measures memory: several large arrays of numbers appended, inserted, summed by prefix, trimmed.
local n = tonumber((...)) or 1200000

local values, prefix = {}, {}
local running = 0
for i = 1, n do
  values[#values + 1] = i * 31 % 1009
  running = running + values[i]
  prefix[i] = running
end
local function sum(low, high) return prefix[high] - (prefix[low - 1] or 0) end
local checksum = 0
for i = 1, n, 2 do checksum = (checksum + sum(i, math.min(n, i + 100))) % 1000003 end

local copy = {}
for i = 1, n do copy[i] = values[n - i + 1] end
local window = {}
for i = 1, n do
  table.insert(window, copy[i])
  if #window > 64 then checksum = (checksum + table.remove(window)) % 1000003 end
end
while #values > n / 2 do values[#values] = nil end
print("big_arrays", n, checksum, #values, #copy, #window)

-- Measures word counting: gmatch, lower, hash updates, then sorting by count.
local n = tonumber((...)) or 150000

local stems = { "data", "Cache", "queue", "Lock", "stream", "Key", "value", "Time", "node", "Script", "list", "Score" }
local seed = 5
local parts = {}
for i = 1, n * 10 do
  seed = (seed * 16807) % 2147483647
  local stem = stems[seed % #stems + 1]
  parts[i] = seed % 5 == 0 and stem .. seed % 400 or stem
end
local text = table.concat(parts, " ", 1, n * 10)

local counts, words = {}, {}
for word in text:gmatch("%w+") do
  word = word:lower()
  if counts[word] then
    counts[word] = counts[word] + 1
  else
    counts[word] = 1
    words[#words + 1] = word
  end
end
table.sort(words, function(a, b)
  if counts[a] ~= counts[b] then return counts[a] > counts[b] end
  return a < b
end)
local top = {}
for i = 1, 3 do top[i] = words[i] .. "=" .. counts[words[i]] end
print("word_frequency", n, #words, table.concat(top, " "))

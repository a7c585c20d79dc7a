-- Measures memory: an LRU cache as a hash plus doubly linked list with steady eviction.
local n = tonumber((...)) or 900000
local capacity = 40000

local entries, size = {}, 0
local head, tail = {}, {}
head.after, tail.before = tail, head

local function unlink(entry)
  entry.before.after, entry.after.before = entry.after, entry.before
end

local function link_first(entry)
  local second = head.after
  entry.before, entry.after = head, second
  head.after, second.before = entry, entry
end

local hits, evicted, seed = 0, 0, 17
for i = 1, n do
  seed = (seed * 16807) % 2147483647
  local key = seed % 3 == 0 and seed % 1000 or seed % 120000
  local entry = entries[key]
  if entry then
    hits = hits + 1
    unlink(entry)
  else
    if size == capacity then
      local oldest = tail.before
      unlink(oldest)
      entries[oldest.key] = nil
      evicted = evicted + 1
    else
      size = size + 1
    end
    entry = { key = key, value = i }
    entries[key] = entry
  end
  link_first(entry)
end
local sum, entry = 0, head.after
while entry ~= tail do
  sum = (sum * 31 + entry.key) % 1000003
  entry = entry.after
end
print("lru_cache", n, size, hits, evicted, sum)

-- Counts an event on every level of a dotted path, as one hash a day; replies the counts from root to leaf.
-- KEYS[1] hash. ARGV: path, amount, expire-at (unix seconds).
local function levels(path)
  local list, prefix = { "*" }, nil
  for part in path:gmatch("[^.]+") do
    prefix = prefix and prefix .. "." .. part or part
    list[#list + 1] = prefix
  end
  return list
end

local amount = ARGV[2]
local counts = {}
local fresh = redis.call("EXISTS", KEYS[1]) == 0
for i, level in ipairs(levels(ARGV[1])) do
  counts[i] = redis.call("HINCRBY", KEYS[1], level, amount)
end
if fresh then
  redis.call("EXPIREAT", KEYS[1], ARGV[3])
end
counts[#counts + 1] = redis.call("HLEN", KEYS[1])
return counts

-- Finds keys by pattern and says of each its type and whether it expires; those without expiry get one.
-- ARGV: pattern, deadline (unix ms).
local keys = redis.call("KEYS", ARGV[1])
table.sort(keys)

local now = redis.call("TIME")
local now_ms = now[1] * 1000 + math.floor(now[2] / 1000)
assert(tonumber(ARGV[2]) > now_ms, "deadline has passed")

local lines, changed = {}, 0
for _, key in ipairs(keys) do
  local left = redis.call("PTTL", key)
  if left < 0 then
    changed = changed + redis.call("PEXPIREAT", key, ARGV[2])
  end
  lines[#lines + 1] = ("%s %s %s"):format(key, redis.call("TYPE", key).ok, left < 0 and "was permanent" or "expires")
end
return { #keys, changed, lines }

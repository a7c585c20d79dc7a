-- Protects a cache from a stampede: the first caller that misses is told to load, others wait or get the stale value.
-- KEYS: value, stale copy, marker. ARGV: get | store, caller or value, ttl ms.
local value_key, stale_key, marker = KEYS[1], KEYS[2], KEYS[3]

if ARGV[1] == "store" then
  redis.call("PSETEX", value_key, ARGV[3], ARGV[2])
  redis.call("SET", stale_key, ARGV[2], "PX", ARGV[3] * 4)
  return redis.call("UNLINK", marker)
end

local values = redis.call("MGET", value_key, stale_key)
if values[1] then
  return { "hit", values[1] }
end

local mine = redis.call("SET", marker, ARGV[2], "PX", ARGV[3], "NX")
if mine then
  return { "load" }
end
if values[2] then
  return { "stale", values[2] }
end
return { "wait", redis.call("GET", marker) }

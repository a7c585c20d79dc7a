-- Token bucket kept in a hash; time comes in as seconds (may have a fraction).
-- ARGV: capacity, tokens per second, now, cost. Replies {allowed, whole tokens left, exact tokens as text}.
local bucket = redis.call("HMGET", KEYS[1], "tokens", "at")
local capacity, rate = tonumber(ARGV[1]), tonumber(ARGV[2])
local now, cost = tonumber(ARGV[3]), tonumber(ARGV[4] or "1")

local tokens = tonumber(bucket[1] or capacity)
local at = tonumber(bucket[2] or now)

-- Clocks of callers differ: time never runs backwards here.
local elapsed = math.max(0, now - at)
tokens = math.min(capacity, tokens + elapsed * rate)

local allowed = 0
if tokens >= cost then
  tokens = tokens - cost
  allowed = 1
end

redis.call("HMSET", KEYS[1], "tokens", tostring(tokens), "at", tostring(math.max(now, at)))
redis.call("EXPIRE", KEYS[1], math.ceil(capacity / rate) + 600)
return { allowed, math.floor(tokens), tostring(tokens) }

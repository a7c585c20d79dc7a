-- Sliding-window limiter on a sorted set; the caller passes the time.
-- KEYS[1] window, ARGV: limit, window ms, now ms, request id. Replies {allowed, remaining, retry_after_ms}.
local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local now = tonumber(ARGV[3])
local id = ARGV[4]

redis.call("ZREMRANGEBYSCORE", key, "-inf", now - window)
local used = redis.call("ZCARD", key)
if used < limit then
  redis.call("ZADD", key, now, now .. "-" .. id)
  redis.call("PEXPIRE", key, window)
  return { 1, limit - used - 1, 0 }
end

local oldest = redis.call("ZRANGE", key, 0, 0, "WITHSCORES")
local retry = window
if oldest[2] then
  retry = tonumber(oldest[2]) + window - now
end
return { 0, 0, retry }

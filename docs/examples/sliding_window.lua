-- Sliding-window rate limiter on a sorted set, one entry a request.
--   ferrous eval docs/examples/sliding_window.lua limit:user:1 , 10 60
-- KEYS[1] the window; ARGV[1] how many requests are allowed in ARGV[2] seconds.
-- Replies {allowed (1 or 0), remaining, milliseconds until the next request can succeed}.
local key = KEYS[1]
local limit = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
if not (key and limit and window) then
  return redis.error_reply("ERR usage: one key, a limit and a window in seconds")
end

local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local span = window * 1000000

redis.call("ZREMRANGEBYSCORE", key, "-inf", ("%.0f"):format(now - span))
local used = redis.call("ZCARD", key)

if used < limit then
  -- The count makes the member unique if two requests share a microsecond.
  redis.call("ZADD", key, ("%.0f"):format(now), ("%.0f-%d"):format(now, used))
  redis.call("PEXPIRE", key, window * 1000)
  return { 1, limit - used - 1, 0 }
end

local oldest = redis.call("ZRANGE", key, 0, 0, "WITHSCORES")
local wait = oldest[2] and tonumber(oldest[2]) + span - now or span
return { 0, 0, math.ceil(wait / 1000) }

-- Moves the jobs that are due from the schedule to the ready list, oldest first.
-- KEYS: schedule, ready, paused flag. ARGV: now, how many at most.
local schedule, ready, paused = KEYS[1], KEYS[2], KEYS[3]
local now, limit = tonumber(ARGV[1]), tonumber(ARGV[2]) or 100

if redis.call("EXISTS", paused) == 1 then
  return { "paused", redis.call("ZCARD", schedule) }
end

local due = redis.call("ZRANGEBYSCORE", schedule, 0, now, "LIMIT", 0, limit)
if #due > 0 then
  redis.call("ZREM", schedule, unpack(due))
  redis.call("RPUSH", ready, unpack(due))
end

local following = redis.call("ZRANGE", schedule, 0, 0, "WITHSCORES")
local wait = -1
if #following == 2 then
  wait = math.max(0, math.ceil(tonumber(following[2]) - now))
end
return { #due, wait, redis.call("LLEN", ready) }

-- Fixed-window limiter: KEYS[1] counter, ARGV limit, window in ms.
-- Replies {allowed, used, remaining}.
local rcall = redis.call
local key = KEYS[1]
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])

if not limit or limit < 1 then
  return redis.error_reply("ERR limit must be a positive number")
end

local used = rcall("INCR", key)
if used == 1 then
  rcall("PEXPIRE", key, window)
elseif rcall("PTTL", key) == -1 then
  -- A counter that lost its expiry would block for ever.
  rcall("PEXPIRE", key, window)
end

if used > limit then
  return { 0, used, 0 }
end
return { 1, used, limit - used }

-- Fixed-window rate limiter: one counter a window.
--   ferrous eval docs/examples/fixed_window.lua limit:user:1 , 10 60
-- KEYS[1] the counter; ARGV[1] how many requests are allowed in ARGV[2] seconds.
-- Replies {allowed (1 or 0), remaining}.
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])

local used = redis.call("INCR", KEYS[1])
if used == 1 then
  redis.call("EXPIRE", KEYS[1], window)
end
return { used <= limit and 1 or 0, math.max(0, limit - used) }

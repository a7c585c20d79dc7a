-- Publishes at most ARGV[3] messages in a window of ARGV[4] seconds a channel; what is over goes to a backlog.
-- KEYS: counter, backlog. ARGV: channel, message, limit, window, backlog length.
local sent = redis.call("INCR", KEYS[1])
if sent == 1 then
  redis.call("EXPIRE", KEYS[1], ARGV[4])
end

if sent <= tonumber(ARGV[3]) then
  local receivers = redis.call("PUBLISH", ARGV[1], ARGV[2])
  return { redis.status_reply("SENT"), receivers }
end

redis.call("LPUSH", KEYS[2], ARGV[2])
redis.call("LTRIM", KEYS[2], 0, ARGV[5] - 1)
redis.log(redis.LOG_DEBUG, "held back for " .. ARGV[1])
return { redis.status_reply("HELD"), redis.call("LLEN", KEYS[2]), redis.call("LRANGE", KEYS[2], 0, -1) }

-- At most ARGV[2] holders at a time; a holder that does not come back is dropped after ARGV[4] seconds.
-- KEYS[1] holders; ARGV: acquire|release|count, limit, holder, lease, now.
local action = ARGV[1]
local limit, holder = tonumber(ARGV[2]), ARGV[3]
local lease, now = tonumber(ARGV[4]), tonumber(ARGV[5])

redis.call("ZREMRANGEBYSCORE", KEYS[1], "-inf", "(" .. now)

if action == "acquire" then
  local held = redis.call("ZSCORE", KEYS[1], holder)
  if held or redis.call("ZCARD", KEYS[1]) < limit then
    redis.call("ZADD", KEYS[1], now + lease, holder)
    redis.call("EXPIRE", KEYS[1], lease + 3600)
    return redis.status_reply(held and "RENEWED" or "ACQUIRED")
  end
  return redis.status_reply("FULL")
elseif action == "release" then
  return redis.call("ZREM", KEYS[1], holder)
elseif action == "count" then
  return { redis.call("ZCARD", KEYS[1]), redis.call("ZCOUNT", KEYS[1], now, "+inf") }
end
return redis.error_reply("unknown action '" .. action .. "'")

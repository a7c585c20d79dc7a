-- Sessions with sliding expiry and a limit a user: KEYS[1] session, KEYS[2] the user's sessions by last use.
-- ARGV: open NOW USER LIMIT | touch NOW | close. A session is a JSON document.
local operation, now = ARGV[1], tonumber(ARGV[2])
local name = string.match(KEYS[1], "[^:]+$")
if operation == "open" then
  local limit = tonumber(ARGV[4])
  local evicted = {}
  redis.call("ZREMRANGEBYSCORE", KEYS[2], "-inf", "(" .. now - 1000)
  while redis.call("ZCARD", KEYS[2]) >= limit do
    local oldest = redis.call("ZPOPMIN", KEYS[2])[1]
    redis.call("DEL", (string.gsub(KEYS[1], "[^:]+$", oldest)))
    evicted[#evicted + 1] = oldest
  end
  redis.call("SET", KEYS[1], cjson.encode({ user = ARGV[3] }), "EX", 1000, "NX")
  redis.call("ZADD", KEYS[2], now, name)
  return evicted
elseif operation == "touch" then
  local session = redis.call("GETEX", KEYS[1], "EX", 1000)
  if not session then
    redis.call("ZREM", KEYS[2], name)
    return false
  end
  local changed = redis.call("ZADD", KEYS[2], "GT", "CH", now, name)
  return { cjson.decode(session).user, changed, redis.call("TTL", KEYS[1]) > 900 and "fresh" or "stale" }
end
return { redis.call("GETDEL", KEYS[1]), redis.call("ZREM", KEYS[2], name) }

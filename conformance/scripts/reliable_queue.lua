-- Queue that survives lost workers: KEYS = waiting list, in-flight list, deadlines (sorted set), bodies (hash).
-- ARGV: push id body | reserve now lease | ack id | requeue now
local waiting, flying, deadlines, bodies = unpack(KEYS)
local action = ARGV[1]

if action == "push" then
  local id, body = ARGV[2], ARGV[3]
  if redis.call("HSETNX", bodies, id, body) == 0 then return 0 end
  return redis.call("LPUSH", waiting, id)
end

if action == "reserve" then
  local id = redis.call("RPOPLPUSH", waiting, flying)
  if not id then return nil end
  redis.call("ZADD", deadlines, tonumber(ARGV[2]) + tonumber(ARGV[3]), id)
  return { id, redis.call("HGET", bodies, id) }
end

if action == "ack" then
  local id = ARGV[2]
  local removed = redis.call("LREM", flying, 1, id)
  if removed > 0 then
    redis.call("ZREM", deadlines, id)
    redis.call("HDEL", bodies, id)
  end
  return removed
end

if action == "requeue" then
  local late = redis.call("ZRANGEBYSCORE", deadlines, "-inf", ARGV[2], "LIMIT", 0, 10)
  for _, id in ipairs(late) do
    redis.call("LREM", flying, 1, id)
    redis.call("RPUSH", waiting, id)
    redis.call("ZREM", deadlines, id)
  end
  return late
end

error("unknown action: " .. tostring(action))

-- A counting semaphore with leases; KEYS: sorted set; ARGV: acquire|release, holder, limit, now, lease.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (ARGV[4] or 0))
if ARGV[1] == 'release' then return redis.call('ZREM', KEYS[1], ARGV[2]) end
local held = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not held and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  return {0, first[1], first[2]}
end
redis.call('ZADD', KEYS[1], ARGV[4] + ARGV[5], ARGV[2])
return {1, redis.call('ZRANK', KEYS[1], ARGV[2]), redis.call('ZCARD', KEYS[1])}

-- A counting semaphore with weights and leases: a sorted set of expiry times, a hash of weights.
-- KEYS: leases, weights. ARGV: limit, now, owner, weight, lease.
local leases, weights = KEYS[1], KEYS[2]
local limit, now, owner, weight, lease =
  tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
assert(limit and now and weight and lease, 'semaphore: numbers please')

local expired = redis.call('ZRANGE', leases, '-inf', '(' .. now, 'BYSCORE')
for i = 1, #expired, 100 do
  local piece = { unpack(expired, i, math.min(i + 99, #expired)) }
  redis.call('ZREM', leases, unpack(piece))
  redis.call('HDEL', weights, unpack(piece))
end

local used = 0
for _, w in ipairs(redis.call('HVALS', weights)) do used = used + w end
local mine = redis.call('HGET', weights, owner)
if mine then used = used - mine end
if used + weight > limit then
  return { 'full', limit - used, expired }
end
redis.call('ZADD', leases, 'CH', now + lease, owner)
redis.call('HSET', weights, owner, weight)
return { 'granted', limit - used - weight, expired, redis.call('ZSCORE', leases, owner) }

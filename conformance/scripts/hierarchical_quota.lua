-- Quotas along a path (org, team, user), each with its limit; takes from all levels or from none, with a window.
-- KEYS: one hash a level. ARGV: amount, now, window, then one limit a level ('' for none).
local amount, now, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local slot = math.floor(now / window)
local states = {}
for i, key in ipairs(KEYS) do
  local limit = tonumber(ARGV[3 + i])
  local stored = redis.call('HMGET', key, 'slot', 'used', 'limit')
  local used = tonumber(stored[1]) == slot and tonumber(stored[2]) or 0
  limit = limit or tonumber(stored[3]) or math.huge
  if used + amount > limit then
    return { i, key:match('[^:]+$'), used, limit - used, redis.status_reply('DENIED') }
  end
  states[i] = { key, used, limit }
end
local left = {}
for i, state in ipairs(states) do
  local key, used, limit = unpack(state)
  redis.call('HSET', key, 'slot', slot, 'used', used + amount)
  if limit ~= math.huge then redis.call('HSET', key, 'limit', limit) end
  redis.call('EXPIREAT', key, 4102444800 + slot)
  left[i] = limit - used - amount
end
return { 0, left, math.min(unpack(left)) == math.huge and 'unlimited' or tostring(math.min(unpack(left))) }

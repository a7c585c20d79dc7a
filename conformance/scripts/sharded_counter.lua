-- A counter over several keys; KEYS: shards; ARGV: an identity and an amount, or nothing for the sum.
if #ARGV == 0 then
  local sum = 0
  for _, value in ipairs(redis.call('MGET', unpack(KEYS))) do sum = sum + (tonumber(value) or 0) end
  return sum
end
local shard = tonumber(string.sub(redis.sha1hex(ARGV[1]), 1, 6), 16) % #KEYS + 1
return {shard, redis.call('INCRBY', KEYS[shard], ARGV[2])}

-- Daily dedup and retention over bitmaps: marks ids, answers which were new, then the overlap with other days.
-- KEYS[1] today, KEYS[2..] other days. ARGV: ids.
local fresh = {}
for i, id in ipairs(ARGV) do
  local bit = tonumber(id)
  if not bit then return redis.error_reply('BADID ' .. id) end
  if redis.call('SETBIT', KEYS[1], bit, 1) == 0 then fresh[#fresh + 1] = bit end
end
local both = {}
for i = 2, #KEYS do
  redis.call('BITOP', 'AND', '{tmp}:and', KEYS[1], KEYS[i])
  both[#both + 1] = redis.call('BITCOUNT', '{tmp}:and')
end
if #KEYS > 1 then
  redis.call('BITOP', 'OR', '{tmp}:or', unpack(KEYS))
  redis.call('BITOP', 'XOR', '{tmp}:xor', unpack(KEYS))
  redis.call('BITOP', 'NOT', '{tmp}:not', KEYS[1])
end
return { fresh, redis.call('BITCOUNT', KEYS[1]), both, redis.call('BITPOS', KEYS[1], 1), redis.call('BITPOS', KEYS[1], 0),
  redis.call('BITCOUNT', KEYS[1], 0, 1), redis.call('BITCOUNT', '{tmp}:or'), redis.call('STRLEN', '{tmp}:xor'),
  redis.call('BITFIELD', KEYS[1], 'GET', 'u8', '#0', 'OVERFLOW', 'SAT', 'INCRBY', 'i5', 100, 20) }

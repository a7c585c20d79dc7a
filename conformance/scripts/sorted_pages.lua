-- A page of items, joined with their hashes by SORT, filtered by tags, cached.
-- KEYS: ids, cache, tag sets... ARGV: field, order, offset, count, lifetime.
local ids, cache = KEYS[1], KEYS[2]
local field, order, offset, count = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local source = ids
if #KEYS > 2 then
  local sets = { ids }
  for i = 3, #KEYS do sets[#sets + 1] = KEYS[i] end
  redis.call('SINTERSTORE', cache .. ':set', unpack(sets))
  source = cache .. ':set'
end
local sort = { 'SORT', source, 'BY', 'item:*->' .. field, 'LIMIT', offset, count, 'GET', '#', 'GET', 'item:*->' .. field, 'GET', 'item:*->none', order }
if field == 'name' then sort[#sort + 1] = 'ALPHA' end
local stored = redis.call(unpack(sort))
redis.call('DEL', cache)
sort[#sort + 1] = 'STORE'
sort[#sort + 1] = cache
local n = redis.call(unpack(sort))
if n > 0 then redis.call('EXPIRE', cache, ARGV[5]) end
return { n, stored, redis.call('LRANGE', cache, 0, -1), redis.call('SORT', cache, 'BY', 'nosort', 'DESC', 'LIMIT', 0, 4), redis.call('SCARD', source) }

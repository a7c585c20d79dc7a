-- A cache of cmsgpack records with a version; KEYS: hash; ARGV: put|get|bump, field, version, values...
local packed = redis.call('HGET', KEYS[1], ARGV[2])
local record = packed and cmsgpack.unpack(packed) or nil
if ARGV[1] == 'put' then
  local values = {}
  for at = 4, #ARGV do values[at - 3] = tonumber(ARGV[at]) or ARGV[at] end
  record = {tonumber(ARGV[3]), values}
  redis.call('HSET', KEYS[1], ARGV[2], cmsgpack.pack(record))
  return #cmsgpack.pack(record)
end
if not record then return false end
if record[1] ~= tonumber(ARGV[3]) then return redis.error_reply('STALE have ' .. tostring(record[1])) end
if ARGV[1] == 'bump' then
  record[1] = record[1] + 1
  redis.call('HSET', KEYS[1], ARGV[2], cmsgpack.pack(record))
  return record[1]
end
return {record[1], unpack(record[2])}

-- Finds the nearest free courier around a place, widening the circle, and assigns one.
-- KEYS: places, busy set, assignments. ARGV: longitude, latitude, order, radii in km...
local places, busy, assigned = KEYS[1], KEYS[2], KEYS[3]
local lon, lat, order = ARGV[1], ARGV[2], ARGV[3]
if redis.call('HEXISTS', assigned, order) == 1 then
  return { 'ALREADY', redis.call('HGET', assigned, order) }
end
for i = 4, #ARGV do
  local near = redis.call('GEOSEARCH', places, 'FROMLONLAT', lon, lat, 'BYRADIUS', ARGV[i], 'km', 'ASC', 'COUNT', 10, 'WITHDIST', 'WITHCOORD', 'WITHHASH')
  for _, hit in ipairs(near) do
    local courier, distance, hash, at = hit[1], hit[2], hit[3], hit[4]
    if redis.call('SADD', busy, courier) == 1 then
      redis.call('HSET', assigned, order, courier)
      return { courier, distance, tostring(hash), at, redis.call('GEOHASH', places, courier)[1], ARGV[i],
        redis.call('GEODIST', places, courier, near[#near][1], 'ft') }
    end
  end
end
return { 'NONE', redis.call('ZCARD', places) - redis.call('SCARD', busy) }

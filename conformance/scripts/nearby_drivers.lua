-- Offers a ride to the nearest free drivers; KEYS: places, busy set; ARGV: longitude, latitude, kilometres, how many.
local found = redis.call('GEOSEARCH', KEYS[1], 'FROMLONLAT', ARGV[1], ARGV[2], 'BYRADIUS', ARGV[3], 'km', 'ASC', 'WITHDIST')
local offers = {}
for _, pair in ipairs(found) do
  if #offers == tonumber(ARGV[4]) then break end
  if redis.call('SADD', KEYS[2], pair[1]) == 1 then offers[#offers + 1] = {pair[1], pair[2]} end
end
return offers

-- Sticky A/B assignment by a hash of the user, with weights, exclusions and a log of exposures.
-- KEYS: experiment hash, assignments, exposures. ARGV: user.
local experiment, assignments, exposures = KEYS[1], KEYS[2], KEYS[3]
local user = ARGV[1]
local sticky = redis.call('HGET', assignments, user)
if sticky then
  redis.call('HINCRBY', exposures, sticky, 1)
  return { sticky, 'sticky' }
end
local raw = redis.call('HGETALL', experiment)
local config = {}
for i = 1, #raw, 2 do config[raw[i]] = raw[i + 1] end
if config.state ~= 'running' then return { config.default or false, 'off' } end
local hash = redis.sha1hex((config.salt or '') .. ':' .. user)
local bucket = tonumber(hash:sub(1, 8), 16) % 10000
if bit.band(tonumber(hash:sub(9, 12), 16), 0xff) >= tonumber(config.traffic or 256) then
  return { config.default or false, 'excluded', bucket }
end
local variants, total = {}, 0
for name, weight in (config.variants or ''):gmatch('([%w_]+)=([%d%.]+)') do
  total = total + weight
  variants[#variants + 1] = { name = name, upto = total }
end
local point = bucket / 10000 * total
for _, variant in ipairs(variants) do
  if point < variant.upto then
    redis.call('HSET', assignments, user, variant.name)
    redis.call('HINCRBY', exposures, variant.name, 1)
    redis.call('PFADD', exposures .. ':unique', user)
    return { variant.name, 'new', bucket, string.format('%.4f/%g', point, total), redis.call('PFCOUNT', exposures .. ':unique') }
  end
end
return redis.error_reply('NOVARIANT ' .. bucket)

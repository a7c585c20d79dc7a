-- A lock whose holder gets a fencing number that only grows; KEYS: lock, fence; ARGV: what, owner, milliseconds or number.
local lock, fence = KEYS[1], KEYS[2]
local what, owner = ARGV[1], ARGV[2]
if what == 'acquire' then
  if redis.call('SET', lock, owner, 'NX', 'PX', ARGV[3]) then
    return redis.call('INCR', fence)
  end
  return redis.call('GET', lock) == owner and tonumber(redis.call('GET', fence)) or false
elseif what == 'release' then
  if redis.call('GET', lock) ~= owner then return redis.error_reply('NOTOWNER ' .. owner) end
  return redis.call('DEL', lock)
elseif what == 'check' then
  return tonumber(ARGV[3]) == tonumber(redis.call('GET', fence) or 0)
end
return redis.error_reply('unknown action ' .. tostring(what))

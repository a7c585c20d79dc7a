-- A lock with owners, depth and fencing: acquire, extend, release, inspect.
-- KEYS: lock hash, fencing counter, channel. ARGV: operation, owner, lease in ms.
local key, fence, channel = KEYS[1], KEYS[2], KEYS[3]
local operation, owner, lease = ARGV[1], ARGV[2], tonumber(ARGV[3])

local function holder()
  local fields = redis.call('HMGET', key, 'owner', 'depth', 'token')
  return fields[1], tonumber(fields[2]), tonumber(fields[3])
end

local operations = {}
function operations.acquire()
  local current, depth, token = holder()
  if current and current ~= owner then
    return { false, token, redis.call('PTTL', key) > 0 }
  end
  if not current then
    token = redis.call('INCR', fence)
    redis.call('HSET', key, 'owner', owner, 'depth', 1, 'token', token)
  else
    redis.call('HINCRBY', key, 'depth', 1)
  end
  redis.call('PEXPIRE', key, lease)
  return { 1, token, redis.call('HGET', key, 'depth') }
end
function operations.extend()
  if holder() ~= owner then return redis.status_reply('LOST') end
  return redis.call('PEXPIRE', key, lease, 'GT')
end
function operations.release()
  local current, depth = holder()
  if current ~= owner then return nil end
  if depth > 1 then
    return { redis.call('HINCRBY', key, 'depth', -1) }
  end
  redis.call('DEL', key)
  return { redis.call('PUBLISH', channel, 'released:' .. owner), 'free' }
end
function operations.inspect()
  local o, d, t = holder()
  return cjson.encode({ o, d, t })
end
local run = operations[operation]
if run == nil then error({ err = 'LOCK unknown operation ' .. tostring(operation) }) end
return run()

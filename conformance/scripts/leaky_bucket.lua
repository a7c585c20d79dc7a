-- Leaky bucket whose settings are a JSON document: KEYS[1] bucket, KEYS[2] settings. ARGV: now in ms, drops.
local settings = redis.call("GET", KEYS[2])
if not settings then
  return redis.error_reply("NOSETTINGS no settings at " .. KEYS[2])
end
local ok, config = pcall(cjson.decode, settings)
if not ok then
  return redis.error_reply("BADSETTINGS " .. KEYS[2] .. " is no JSON")
end
local now, drops = tonumber(ARGV[1]), tonumber(ARGV[2] or "1")
local capacity = config.capacity or 10
local rate = (config.leak or { amount = 1, per_ms = 1000 })
local level, at = 0, now
local stored = redis.call("GET", KEYS[1])
if stored then
  local state = cjson.decode(stored)
  level, at = state[1], state[2]
end
local leaked = (now - at) * rate.amount / rate.per_ms
level = math.max(0, level - math.max(0, leaked))
local accepted = level + drops <= capacity
if accepted then
  level = level + drops
end
local reply = { accepted = accepted, level = level, wait = cjson.null }
if not accepted then
  reply.wait = math.ceil((level + drops - capacity) * rate.per_ms / rate.amount)
end
redis.call("SET", KEYS[1], cjson.encode({ level, math.max(now, at) }), "PX", config.keep_ms or 3600000)
return { accepted and 1 or 0, tostring(reply.level), reply.wait == cjson.null and -1 or reply.wait }

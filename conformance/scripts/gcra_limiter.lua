-- Generic cell rate algorithm: one number a client, the theoretical arrival time in milliseconds.
-- KEYS[1] the number. ARGV: burst, count per period, period in ms, cost, now in ms.
-- Replies: limited (0 or 1), what is left, milliseconds until a retry makes sense (-1: at once), until all is free.
redis.replicate_commands()
local key = KEYS[1]
local burst = tonumber(ARGV[1])
local count = tonumber(ARGV[2])
local period = tonumber(ARGV[3])
local cost = tonumber(ARGV[4] or 1)
local now = tonumber(ARGV[5])
if not (burst and count and period and now) then
  return redis.error_reply('LIMITER burst, count, period and now must be numbers')
end

local interval = period / count
local increment = interval * cost
local tolerance = interval * burst

local tat = redis.call('GET', key)
tat = tat and tonumber(tat) or now
tat = math.max(tat, now)

local new_tat = tat + increment
local allow_at = new_tat - tolerance
local diff = now - allow_at
local remaining = math.floor(diff / interval)

if remaining < 0 or diff < 0 then
  return { 1, 0, math.ceil(-diff), math.ceil(tat - now), string.format('%.3f', diff) }
end
if new_tat > now then
  redis.call('SET', key, new_tat, 'PX', math.ceil(new_tat - now) + 3600000)
end
return { 0, remaining, -1, math.ceil(new_tat - now), tostring(interval) }

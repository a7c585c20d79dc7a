-- Adds to a counter that may carry a ceiling and a lifetime; never lets it pass the ceiling or fall below zero.
-- KEYS[1] counter. ARGV: delta, ceiling or "", ttl seconds or "".
local current = tonumber(redis.call("GET", KEYS[1]) or "0")
if not current then
  return redis.error_reply("WRONGVALUE counter holds no number")
end

local delta = tonumber(ARGV[1])
local ceiling = tonumber(ARGV[2])
local wanted = current + delta

if wanted < 0 then
  delta = -current
elseif ceiling and wanted > ceiling then
  delta = ceiling - current
end

local after
if delta < 0 then
  after = redis.call("DECRBY", KEYS[1], -delta)
else
  after = redis.call("INCRBY", KEYS[1], delta)
end

local ttl = tonumber(ARGV[3])
if ttl then
  redis.call("EXPIRE", KEYS[1], ttl)
elseif ARGV[3] == "keep" then
  redis.call("PERSIST", KEYS[1])
end
local expires = redis.call("PTTL", KEYS[1]) > 0
return { after, delta, expires }

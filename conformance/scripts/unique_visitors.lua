-- Unique visitors on bitmaps, a key a day: KEYS days, the last one for results. ARGV: visit ID... | count | retained | streak ID.
local operation = ARGV[1]
local days = #KEYS - 1
local result = KEYS[#KEYS]
if operation == "visit" then
  local fresh = 0
  for i = 2, #ARGV do
    fresh = fresh + 1 - redis.call("SETBIT", KEYS[1], ARGV[i], 1)
  end
  redis.call("EXPIRE", KEYS[1], 172800)
  return fresh
elseif operation == "count" then
  local counts = {}
  for i = 1, days do counts[i] = redis.call("BITCOUNT", KEYS[i]) end
  redis.call("BITOP", "OR", result, unpack(KEYS, 1, days))
  counts[days + 1] = redis.call("BITCOUNT", result)
  return counts
elseif operation == "retained" then
  local length = redis.call("BITOP", "AND", result, unpack(KEYS, 1, days))
  local ids, at = {}, -1
  repeat
    at = redis.call("BITPOS", result, 1, at + 1, -1, "BIT")
    if at >= 0 then ids[#ids + 1] = at end
  until at < 0 or #ids > 100
  return { length, ids }
elseif operation == "streak" then
  local streak = 0
  for i = 1, days do
    if redis.call("GETBIT", KEYS[i], ARGV[2]) == 0 then break end
    streak = streak + 1
  end
  return streak
end
return redis.error_reply("ERR unknown operation")

-- Reads a session, refuses one of another address, counts the visit and prolongs it; replies its fields in order.
-- KEYS: session, user's session index. ARGV: address, now ms, ttl ms.
local session, index = KEYS[1], KEYS[2]
local address, now, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])

local raw = redis.call("HGETALL", session)
if #raw == 0 then
  redis.call("ZREM", index, session)
  return nil
end

local fields = {}
for i = 1, #raw, 2 do fields[raw[i]] = raw[i + 1] end
if fields.address ~= address then
  return { err = "FORBIDDEN session belongs to " .. (fields.address or "nobody") }
end

local visits = redis.call("HINCRBY", session, "visits", 1)
redis.call("HSET", session, "seen", now)
redis.call("PEXPIRE", session, ttl)
redis.call("ZADD", index, "GT", now + ttl, session)

local names = redis.call("HKEYS", session)
table.sort(names)
local reply = { visits, redis.call("HSTRLEN", session, "name") }
for _, name in ipairs(names) do
  reply[#reply + 1] = name .. "=" .. redis.call("HGET", session, name)
end
return reply

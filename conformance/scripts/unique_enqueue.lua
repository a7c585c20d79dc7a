-- Adds a job unless one with the same content is already waiting or ran lately.
-- KEYS: list, seen prefix. ARGV: kind, payload, dedupe seconds.
local list, prefix = KEYS[1], KEYS[2]
local kind, payload, keep = ARGV[1], ARGV[2], tonumber(ARGV[3])

local digest = redis.sha1hex(kind .. ":" .. payload)
local marker = prefix .. digest

local placed = redis.call("SET", marker, kind, "NX", "EX", keep)
if not placed then
  return { 0, digest, redis.call("GET", marker) }
end

redis.call("RPUSH", list, kind .. "|" .. digest .. "|" .. payload)
if redis.call("LLEN", list) > 3 then
  redis.call("LTRIM", list, -3, -1)
end
-- SET answers with a status, which is a table with one field.
return { 1, digest, placed.ok, redis.call("LLEN", list) }

-- Moves up to ARGV[1] items from one list to another and back-fills a journal; uses LMOVE so that nothing is lost.
-- KEYS: source, destination, journal. ARGV: count, side (LEFT or RIGHT), label.
local moved = {}
for i = 1, tonumber(ARGV[1]) do
  local item = redis.call("LMOVE", KEYS[1], KEYS[2], ARGV[2], "RIGHT")
  if not item then break end
  moved[i] = item
end

if #moved > 0 then
  local line = ARGV[3] .. ":" .. table.concat(moved, "+")
  if redis.call("EXISTS", KEYS[3]) == 0 then
    redis.call("RPUSH", KEYS[3], "begin", line)
  else
    -- Newest entry right behind the head.
    redis.call("LINSERT", KEYS[3], "AFTER", "begin", line)
  end
end
return { #moved, redis.call("LINDEX", KEYS[2], -1), redis.call("LLEN", KEYS[1]), redis.call("LRANGE", KEYS[3], 0, -1) }

-- Priority queue: lower number first, first come first served within a priority.
-- KEYS: queue, sequence. ARGV: push priority item... | pop count | peek count
local rcall = redis.call
local queue, sequence = KEYS[1], KEYS[2]

if ARGV[1] == "push" then
  local priority = tonumber(ARGV[2])
  local added = 0
  for i = 3, #ARGV do
    local n = rcall("INCR", sequence)
    -- 2^20 numbers fit between two priorities.
    added = added + rcall("ZADD", queue, "NX", priority * 1048576 + n, ARGV[i])
  end
  return added
elseif ARGV[1] == "pop" then
  local popped = rcall("ZPOPMIN", queue, ARGV[2] or 1)
  local items = {}
  for i = 1, #popped, 2 do
    items[#items + 1] = popped[i] .. "@" .. math.floor(tonumber(popped[i + 1]) / 1048576)
  end
  return items
elseif ARGV[1] == "peek" then
  return rcall("ZRANGE", queue, 0, ARGV[2] - 1)
end
return { err = "ERR bad verb" }

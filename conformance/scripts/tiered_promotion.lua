-- Priority queues with promotion of what has waited: KEYS queues from high to low, all sorted sets by arrival.
-- ARGV: add LEVEL NOW JOB... | promote NOW AGE | pop COUNT | sizes.
local operation = ARGV[1]
if operation == "add" then
  local pairs_ = {}
  for i = 4, #ARGV do
    pairs_[#pairs_ + 1] = ARGV[3]
    pairs_[#pairs_ + 1] = ARGV[i]
  end
  return redis.call("ZADD", KEYS[tonumber(ARGV[2])], "NX", unpack(pairs_))
elseif operation == "promote" then
  local moved = 0
  for level = 2, #KEYS do
    local waiting = redis.call("ZRANGEBYSCORE", KEYS[level], "-inf", ARGV[2] - ARGV[3], "WITHSCORES")
    for i = 1, #waiting, 2 do
      redis.call("ZREM", KEYS[level], waiting[i])
      redis.call("ZADD", KEYS[level - 1], waiting[i + 1], waiting[i])
      moved = moved + 1
    end
  end
  return moved
elseif operation == "pop" then
  local args = { #KEYS }
  for _, key in ipairs(KEYS) do args[#args + 1] = key end
  args[#args + 1] = "MIN"
  args[#args + 1] = "COUNT"
  args[#args + 1] = ARGV[2]
  return redis.call("ZMPOP", unpack(args))
end
local sizes = {}
for i, key in ipairs(KEYS) do sizes[i] = redis.call("ZCARD", key) end
return sizes

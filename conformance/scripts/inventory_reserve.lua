-- Reserves several articles or none. KEYS[1] stock hash, KEYS[2] reservation hash. ARGV: article, amount, ...
local stock, reservation = KEYS[1], KEYS[2]
if #ARGV == 0 or #ARGV % 2 == 1 then
  return redis.error_reply("ERR expected pairs of article and amount")
end
if redis.call("EXISTS", reservation) == 1 then
  return redis.status_reply("DUPLICATE")
end

local taken = {}
local function roll_back()
  for i = #taken, 1, -1 do
    redis.call("HINCRBY", stock, taken[i][1], taken[i][2])
  end
end

for i = 1, #ARGV, 2 do
  local article, amount = ARGV[i], tonumber(ARGV[i + 1])
  local left = redis.pcall("HINCRBY", stock, article, -amount)
  if type(left) == "table" and left.err then
    roll_back()
    return left
  end
  taken[#taken + 1] = { article, amount }
  if left < 0 then
    roll_back()
    return { 0, article, left + amount }
  end
end
for _, pair in ipairs(taken) do
  redis.call("HSET", reservation, pair[1], pair[2])
end
redis.call("EXPIRE", reservation, 900)
return { 1, #taken }

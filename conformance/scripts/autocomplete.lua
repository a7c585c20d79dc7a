-- Autocomplete over a sorted set of equal scores: KEYS[1] terms, KEYS[2] uses. ARGV: add TERM | find PREFIX COUNT | drop TERM.
local operation, text = ARGV[1], string.lower(ARGV[2] or "")
if text == "" then return redis.error_reply("ERR a text is needed") end
if operation == "add" then
  local added = redis.call("ZADD", KEYS[1], 0, text)
  return { added, redis.call("ZINCRBY", KEYS[2], 1, text) }
elseif operation == "drop" then
  return redis.call("ZREM", KEYS[1], text) + redis.call("ZREM", KEYS[2], text)
end
local count = tonumber(ARGV[3]) or 5
local found = redis.call("ZRANGEBYLEX", KEYS[1], "[" .. text, "[" .. text .. "\255", "LIMIT", 0, 50)
local uses = {}
if #found > 0 then
  for i, score in ipairs(redis.call("ZMSCORE", KEYS[2], unpack(found))) do uses[found[i]] = tonumber(score) or 0 end
end
table.sort(found, function(one, other)
  if uses[one] ~= uses[other] then return uses[one] > uses[other] end
  return one < other
end)
local reply = {}
for i = 1, math.min(count, #found) do reply[i] = string.format("%s (%d)", found[i], uses[found[i]]) end
return reply

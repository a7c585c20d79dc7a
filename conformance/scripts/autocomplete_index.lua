-- Prefix index in one sorted set of equal scores: adds, removes and completes phrases, several words a phrase.
-- KEYS: index, weights. ARGV: operation, then phrase (and weight), or prefix and limit.
local index, weights = KEYS[1], KEYS[2]
local operation = table.remove(ARGV, 1)
local function words(text)
  local found = {}
  for word in text:lower():gmatch('[%w\128-\255]+') do found[#found + 1] = word end
  return found
end
if operation == 'add' or operation == 'del' then
  local phrase, changed = ARGV[1], 0
  for position, word in ipairs(words(phrase)) do
    local entry = word .. '\0' .. position .. '\0' .. phrase
    if operation == 'add' then
      changed = changed + redis.call('ZADD', index, 'NX', 0, entry)
    else
      changed = changed + redis.call('ZREM', index, entry)
    end
  end
  if operation == 'add' then
    return { changed, redis.call('ZINCRBY', weights, ARGV[2] or 1, phrase) }
  end
  return { changed, redis.call('ZREM', weights, phrase) }
end
local prefix, limit = ARGV[1]:lower(), tonumber(ARGV[2] or '5')
local entries = redis.call('ZRANGEBYLEX', index, '[' .. prefix, '[' .. prefix .. '\255', 'LIMIT', 0, 50)
local seen, hits = {}, {}
for _, entry in ipairs(entries) do
  local phrase = entry:match('^%Z+%z%d+%z(.*)$')
  if phrase and not seen[phrase] then
    seen[phrase] = true
    hits[#hits + 1] = { phrase, tonumber(redis.call('ZSCORE', weights, phrase)) }
  end
end
table.sort(hits, function(a, b)
  if a[2] ~= b[2] then return a[2] > b[2] end
  return a[1] < b[1]
end)
local answer = {}
for i = 1, math.min(limit, #hits) do answer[i] = hits[i][1] .. '=' .. hits[i][2] end
return { #entries, answer, redis.call('ZLEXCOUNT', index, '-', '+'), redis.call('ZLEXCOUNT', index, '(' .. prefix, '+') }

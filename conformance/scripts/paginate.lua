-- A page of a sorted set, newest first, after a cursor "score:member"; replies {cursor or "", items as {member, title}}.
-- KEYS: index, titles hash. ARGV: cursor, page size.
local index, titles = KEYS[1], KEYS[2]
local cursor, size = ARGV[1], tonumber(ARGV[2])
assert(size and size > 0, "page size must be positive")

local from, after = "+inf", nil
if cursor ~= "" then
  from, after = cursor:match("^([^:]+):(.*)$")
  if not from then return redis.error_reply("ERR malformed cursor") end
end

-- One more than asked for tells whether there is a next page; members of equal score before the cursor are skipped.
local rows = redis.call("ZREVRANGEBYSCORE", index, from, "-inf", "WITHSCORES")
local items, last, skipping = {}, nil, after ~= nil
for i = 1, #rows, 2 do
  local member, score = rows[i], rows[i + 1]
  if skipping and (score ~= from or member < after) then skipping = false end
  if not skipping then
    if #items == size then return { last, items } end
    items[#items + 1] = { member, redis.call("HGET", titles, member) }
    last = score .. ":" .. member
  end
end
return { "", items }

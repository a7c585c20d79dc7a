-- Pages of a board in which equal scores share a rank: KEYS[1] board. ARGV: page, size. Rows are rank, name, score.
local page, size = tonumber(ARGV[1]), tonumber(ARGV[2])
if not page or not size or size < 1 then return redis.error_reply("ERR page and size have to be numbers") end
local total = redis.call("ZCARD", KEYS[1])
local rows = redis.call("ZRANGE", KEYS[1], "+inf", "-inf", "BYSCORE", "REV", "LIMIT", (page - 1) * size, size, "WITHSCORES")
local reply, last_score, last_rank = {}, nil, nil
for i = 1, #rows, 2 do
  local score = rows[i + 1]
  if score ~= last_score then
    last_score, last_rank = score, redis.call("ZCOUNT", KEYS[1], "(" .. score, "+inf") + 1
  end
  reply[#reply + 1] = { last_rank, rows[i], score, tostring(tonumber(score)) }
end
return { total, math.ceil(total / size), reply, page * size < total }

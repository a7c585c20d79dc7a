-- Leaderboard: adds points, keeps the best ARGV[3] players, replies the player's rank, the top and the neighbours.
-- KEYS[1] board. ARGV: player, points, how many to keep.
local board = KEYS[1]
local player, points, keep = ARGV[1], ARGV[2], tonumber(ARGV[3])

local score = tonumber(redis.call("ZINCRBY", board, points, player))
redis.call("ZREMRANGEBYRANK", board, 0, -keep - 1)

-- Players with more points stand before; equal points share the rank.
local rank = redis.call("ZCOUNT", board, "(" .. score, "+inf") + 1
if not redis.call("ZSCORE", board, player) then rank = -1 end

local top = redis.call("ZREVRANGE", board, 0, 2, "WITHSCORES")
local above = redis.call("ZRANGEBYSCORE", board, "(" .. score, "+inf", "LIMIT", 0, 1)
local below = redis.call("ZREVRANGEBYSCORE", board, "(" .. score, "-inf", "WITHSCORES", "LIMIT", 0, 1)

return { rank, tostring(score), top, above, below, redis.call("ZCARD", board) }

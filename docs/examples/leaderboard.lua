-- Adds points to a player and shows the top of the board.
--   ferrous eval docs/examples/leaderboard.lua board , ann 50 3
-- KEYS[1] the board; ARGV: player, points, how many to show.
-- Replies {rank of the player, score, {"1. name score", ...}}.
local board = KEYS[1]
local player, points, shown = ARGV[1], ARGV[2], tonumber(ARGV[3] or "10")

local score = redis.call("ZINCRBY", board, points, player)
local rank = redis.call("ZCOUNT", board, "(" .. score, "+inf") + 1

local rows = redis.call("ZREVRANGE", board, 0, shown - 1, "WITHSCORES")
local lines = {}
for i = 1, #rows, 2 do
  lines[#lines + 1] = ("%d. %s %s"):format((i + 1) / 2, rows[i], rows[i + 1])
end
return { rank, score, lines }

-- Heavy hitters with a count-min sketch in one string and a bounded sorted set; rows of 16-bit counters by BITFIELD.
-- KEYS: sketch, top. ARGV: width, depth, k, then items.
local sketch, top = KEYS[1], KEYS[2]
local width, depth, k = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local changed = {}
for i = 4, #ARGV do
  local item, least = ARGV[i], nil
  local digest = redis.sha1hex(item)
  local command = { 'BITFIELD', sketch, 'OVERFLOW', 'SAT' }
  for row = 0, depth - 1 do
    local column = tonumber(digest:sub(row * 4 + 1, row * 4 + 4), 16) % width
    command[#command + 1] = 'INCRBY'
    command[#command + 1] = 'u4'
    command[#command + 1] = '#' .. (row * width + column)
    command[#command + 1] = 1
  end
  for _, count in ipairs(redis.call(unpack(command))) do
    if not least or count < least then least = count end
  end
  redis.call('ZADD', top, 'GT', least, item)
end
local evicted = redis.call('ZPOPMIN', top, math.max(0, redis.call('ZCARD', top) - k))
return { redis.call('ZRANGE', top, 0, -1, 'REV', 'WITHSCORES'), evicted, redis.call('STRLEN', sketch),
  redis.call('ZRANDMEMBER', top, 0), redis.call('ZMSCORE', top, ARGV[4] or '', 'none') }

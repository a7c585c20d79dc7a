-- Bloom filter as a string of "0" and "1". KEYS[1] filter. ARGV: add|test, size, item...
-- Positions come from slices of a SHA-1. Replies one 0 or 1 an item: known before.
local action, size = ARGV[1], tonumber(ARGV[2])
if action ~= "add" and action ~= "test" then
  return redis.error_reply("ERR add or test expected")
end

local bits = redis.call("GET", KEYS[1]) or ("0"):rep(size)
if #bits ~= size then
  return redis.error_reply(("ERR filter has %d positions, not %d"):format(#bits, size))
end

local known = {}
for i = 3, #ARGV do
  local digest = redis.sha1hex(ARGV[i])
  local seen = 1
  for slice = 1, 4 do
    local position = tonumber(digest:sub(slice * 7 - 6, slice * 7), 16) % size + 1
    if bits:sub(position, position) == "0" then
      seen = 0
      if action == "add" then
        bits = bits:sub(1, position - 1) .. "1" .. bits:sub(position + 1)
      end
    end
  end
  known[#known + 1] = seen
end

if action == "add" then redis.call("SET", KEYS[1], bits) end
local _, ones = bits:gsub("1", "")
known[#known + 1] = ones
return known

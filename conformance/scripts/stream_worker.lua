-- A worker's cursor over several streams, kept in a hash: reads what is new, folds it into totals, trims.
-- KEYS: cursors, totals, streams. ARGV: count, keep.
local cursors, totals = KEYS[1], KEYS[2]
local count, keep = ARGV[1], ARGV[2]
local args = { 'COUNT', count, 'STREAMS' }
for i = 3, #KEYS do args[#args + 1] = KEYS[i] end
for i = 3, #KEYS do args[#args + 1] = redis.call('HGET', cursors, KEYS[i]) or '0-0' end
local batches = redis.call('XREAD', unpack(args))
if not batches then return { 0, 'idle' } end
local seen, report = 0, {}
for _, batch in ipairs(batches) do
  local stream, entries = batch[1], batch[2]
  for _, entry in ipairs(entries) do
    local id, fields = entry[1], entry[2]
    for i = 1, #fields, 2 do
      local amount = tonumber(fields[i + 1])
      if amount then
        redis.call('ZINCRBY', totals, amount, fields[i])
      else
        redis.call('HINCRBY', cursors, 'skipped', 1)
      end
    end
    redis.call('HSET', cursors, stream, id)
    seen = seen + 1
  end
  local trimmed = redis.call('XTRIM', stream, 'MAXLEN', '=', keep)
  report[#report + 1] = { stream, #entries, trimmed, redis.call('XLEN', stream) }
end
return { seen, report, redis.call('ZREVRANGE', totals, 0, -1, 'WITHSCORES') }

-- Appends events to a stream that keeps the last few, and counts them by kind; KEYS: stream, counts; ARGV: id, keep, kind, fields...
local id = redis.call('XADD', KEYS[1], 'MAXLEN', ARGV[2], ARGV[1], 'kind', ARGV[3], unpack(ARGV, 4))
local seen = redis.call('HINCRBY', KEYS[2], ARGV[3], 1)
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
return {id, seen, redis.call('XLEN', KEYS[1]), last[1][2]}

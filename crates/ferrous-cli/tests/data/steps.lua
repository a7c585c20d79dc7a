local key = KEYS[1]
local total = redis.call("INCRBY", key, ARGV[1])
redis.debug("total", total)
return {total, "x"}

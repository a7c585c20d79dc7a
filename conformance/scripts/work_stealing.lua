-- Jobs with a visibility timeout: KEYS[1] ready list, KEYS[2] in flight (by deadline), KEYS[3] payloads, KEYS[4] attempts.
-- ARGV: push ID PAYLOAD | take NOW TIMEOUT | done ID | sweep NOW ATTEMPTS.
local ready, flight, payloads, attempts = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local operations = {
  push = function(id, payload)
    if redis.call("HSETNX", payloads, id, payload) == 0 then return 0 end
    return redis.call("LPUSH", ready, id)
  end,
  take = function(now, timeout)
    local id = redis.call("RPOP", ready)
    if not id then return false end
    redis.call("ZADD", flight, now + timeout, id)
    return { id, redis.call("HGET", payloads, id), redis.call("HINCRBY", attempts, id, 1) }
  end,
  done = function(id)
    local removed = redis.call("ZREM", flight, id)
    if removed == 1 then redis.call("HDEL", payloads, id) redis.call("HDEL", attempts, id) end
    return removed
  end,
  sweep = function(now, most)
    local late = redis.call("ZRANGE", flight, "-inf", "(" .. now, "BYSCORE", "LIMIT", 0, 10)
    local dead = {}
    for _, id in ipairs(late) do
      redis.call("ZREM", flight, id)
      if tonumber(redis.call("HGET", attempts, id)) >= tonumber(most) then
        redis.call("HDEL", attempts, id)
        redis.call("RPUSH", ready .. ":dead", id)
        dead[#dead + 1] = id
      else
        redis.call("RPUSH", ready, id)
      end
    end
    return { #late, dead }
  end,
}
return operations[ARGV[1]](unpack(ARGV, 2))

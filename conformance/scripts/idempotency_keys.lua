-- Runs an operation once for each idempotency key: KEYS[1] record, KEYS[2] account. ARGV: request digest, amount, now.
-- The same key with another request is refused, a repeated one gets the stored answer.
local record = redis.call("HMGET", KEYS[1], "digest", "state", "answer")
if record[1] then
  if record[1] ~= ARGV[1] then
    return { err = "CONFLICT the key was used for another request" }
  elseif record[2] == "done" then
    return { "replayed", cmsgpack.unpack(record[3])[1] }
  end
  return { "pending" }
end
redis.call("HSET", KEYS[1], "digest", ARGV[1], "state", "pending", "at", ARGV[3])
redis.call("PEXPIRE", KEYS[1], 86400000)
local balance = redis.pcall("INCRBY", KEYS[2], ARGV[2])
if type(balance) == "table" and balance.err then
  redis.call("DEL", KEYS[1])
  return balance
end
redis.call("HSET", KEYS[1], "state", "done", "answer", cmsgpack.pack({ balance, ARGV[1] }))
return { "applied", balance }

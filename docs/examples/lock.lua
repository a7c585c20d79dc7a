-- Lock with a fencing token.
--   ferrous eval docs/examples/lock.lua lock:report lock:report:token , acquire worker-1 30000
--   ferrous eval docs/examples/lock.lua lock:report lock:report:token , release worker-1
-- KEYS: the lock, the counter of tokens; ARGV: operation, owner, time to live in milliseconds.
-- acquire replies the token, or nil if another owner holds the lock; extend and release reply 1 or 0.
local rcall = redis.call
local lock, tokens = KEYS[1], KEYS[2]
local operation, owner, ttl = ARGV[1], ARGV[2], ARGV[3]

if operation == "acquire" then
  if not rcall("SET", lock, owner, "NX", "PX", ttl) then
    return nil
  end
  return rcall("INCR", tokens)
end

if rcall("GET", lock) ~= owner then
  return 0
elseif operation == "extend" then
  return rcall("PEXPIRE", lock, ttl)
elseif operation == "release" then
  return rcall("DEL", lock)
end
return redis.error_reply("ERR operation must be acquire, extend or release")

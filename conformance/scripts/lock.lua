-- Lock with a fencing token: KEYS[1] lock, KEYS[2] token counter. ARGV: operation, owner, ttl ms.
local rcall = redis.call
local lock, counter = KEYS[1], KEYS[2]
local operation, owner, ttl = ARGV[1], ARGV[2], ARGV[3]

local function held_by(name)
  return rcall("HGET", lock, "owner") == name
end

local operations = {}

function operations.acquire()
  if held_by(owner) then
    -- The owner comes again: same token, fresh time.
    rcall("HINCRBY", lock, "depth", 1)
  elseif rcall("EXISTS", lock) == 1 then
    return false
  else
    rcall("HSET", lock, "owner", owner, "token", rcall("INCR", counter), "depth", 1)
  end
  rcall("PEXPIRE", lock, ttl)
  return rcall("HGET", lock, "token")
end

function operations.extend()
  if not held_by(owner) then return 0 end
  return rcall("PEXPIRE", lock, ttl)
end

function operations.release()
  if not held_by(owner) then return redis.error_reply("NOTOWNER lock is held by another") end
  local depth = rcall("HINCRBY", lock, "depth", -1)
  if depth > 0 then return depth end
  rcall("DEL", lock)
  return 0
end

return operations[operation]()

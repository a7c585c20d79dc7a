-- Reliable queue: a taken job stays in an in-flight list until it is acknowledged.
--   ferrous eval docs/examples/queue.lua jobs jobs:flying , push "send mail"
--   ferrous eval docs/examples/queue.lua jobs jobs:flying , take
-- KEYS: waiting list, in-flight list; ARGV: push JOB... | take | ack JOB | recover
local waiting, flying = KEYS[1], KEYS[2]
local operations = {}

function operations.push(...)
  return redis.call("LPUSH", waiting, ...)
end

function operations.take()
  return redis.call("LMOVE", waiting, flying, "RIGHT", "LEFT")
end

function operations.ack(job)
  return redis.call("LREM", flying, 1, job)
end

-- Puts every job that was taken and never acknowledged back to where it is taken next.
function operations.recover()
  local moved = 0
  while redis.call("LMOVE", flying, waiting, "LEFT", "RIGHT") do
    moved = moved + 1
  end
  return moved
end

local operation = operations[ARGV[1]]
if not operation then
  return redis.error_reply("ERR operation must be push, take, ack or recover")
end
return operation(unpack(ARGV, 2))

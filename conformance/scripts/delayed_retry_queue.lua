-- A job queue with retries: finishes, retries with backoff or buries a job, then promotes what is due and takes the next.
-- KEYS: waiting list, active list, delayed set, dead set, jobs' prefix. ARGV: now, verdict (ok, fail, none), job, error.
local wait, active, delayed, dead, prefix = unpack(KEYS)
local rcall = redis.call
local now = tonumber(ARGV[1])
local verdict, id = ARGV[2], ARGV[3]
local log = {}

local function job_key(job) return prefix .. job end

if verdict ~= 'none' then
  if rcall('LREM', active, -1, id) == 0 then
    return redis.error_reply('NOTACTIVE job ' .. tostring(id) .. ' is not active')
  end
  local key = job_key(id)
  if verdict == 'ok' then
    rcall('HSET', key, 'finishedOn', now, 'state', 'completed')
    rcall('PERSIST', key)
    rcall('EXPIRE', key, 3600)
  else
    local attempts = rcall('HINCRBY', key, 'attempts', 1)
    local opts = cjson.decode(rcall('HGET', key, 'opts') or '{}')
    local limit = opts.attempts or 1
    rcall('HSET', key, 'failedReason', ARGV[4] or '', 'stack', cjson.encode({ attempts, ARGV[4] }))
    if attempts < limit then
      local delay = opts.backoff and opts.backoff.delay or 0
      if opts.backoff and opts.backoff.type == 'exponential' then
        delay = delay * 2 ^ (attempts - 1)
      end
      rcall('ZADD', delayed, now + delay, id)
      log[#log + 1] = 'retry:' .. id .. ':' .. delay
    else
      rcall('ZADD', dead, now, id)
      rcall('ZREMRANGEBYRANK', dead, 0, -3)
      rcall('HSET', key, 'state', 'dead')
      log[#log + 1] = 'dead:' .. id
    end
  end
end

local due = rcall('ZRANGEBYSCORE', delayed, '-inf', now, 'LIMIT', 0, 1000)
if #due > 0 then
  rcall('ZREM', delayed, unpack(due))
  for _, job in ipairs(due) do
    local opts = cjson.decode(rcall('HGET', job_key(job), 'opts') or '{}')
    rcall(opts.lifo and 'RPUSH' or 'LPUSH', wait, job)
    log[#log + 1] = 'promoted:' .. job
  end
end

local next_job = rcall('RPOPLPUSH', wait, active)
if next_job then
  rcall('HSETNX', job_key(next_job), 'processedOn', now)
  return { log, next_job, rcall('HGETALL', job_key(next_job)) }
end
local upcoming = rcall('ZRANGE', delayed, 0, 0, 'WITHSCORES')
return { log, false, upcoming[2] and upcoming[2] - now or -1 }

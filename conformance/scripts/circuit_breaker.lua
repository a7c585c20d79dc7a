-- Circuit breaker: KEYS[1] circuit. ARGV: event (ask, success, failure), now, threshold, cool down, trials.
local circuit = KEYS[1]
local event, now = ARGV[1], tonumber(ARGV[2])
local threshold, cooldown, trials = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local fields = redis.call("HGETALL", circuit)
local state = {}
for i = 1, #fields, 2 do state[fields[i]] = fields[i + 1] end
state.name = state.name or "closed"

local function save(changes)
  for field, value in pairs(changes) do
    if value == false then redis.call("HDEL", circuit, field) else redis.call("HSET", circuit, field, value) end
  end
  redis.call("EXPIRE", circuit, 3600)
end

if state.name == "open" and now >= tonumber(state.until_) then
  state.name, state.passed = "half", 0
  save({ name = "half", passed = 0, until_ = false })
end
if event == "ask" then
  return redis.status_reply(state.name == "open" and "REJECT" or "PASS")
elseif event == "success" then
  if state.name == "half" then
    local passed = redis.call("HINCRBY", circuit, "passed", 1)
    if passed >= trials then save({ name = "closed", failures = 0, passed = false }) return "closed" end
    return "half"
  end
  save({ name = state.name, failures = 0 })
  return state.name
elseif event == "failure" then
  local failures = redis.call("HINCRBY", circuit, "failures", 1)
  if state.name == "half" or failures >= threshold then
    save({ name = "open", until_ = now + cooldown, passed = false })
    return "open"
  end
  save({ name = state.name })
  return { state.name, failures }
end
error("unknown event '" .. tostring(event) .. "'")

-- Which of a user's features are on. KEYS[1] prefix. ARGV: user, feature...
-- flag hash: state = on|off|percent|list, percent = 0-100; "prefix + name + :users" lists users.
local prefix, user = KEYS[1], ARGV[1]

local function bucket_of(feature)
  return tonumber(redis.sha1hex(feature .. "/" .. user):sub(1, 6), 16) % 100
end

local rules = {
  on = function() return true end,
  off = function() return false end,
  percent = function(key, feature)
    local percent = tonumber(redis.call("HGET", key, "percent"))
    return bucket_of(feature) < (percent or 0)
  end,
  list = function(key)
    return redis.call("SISMEMBER", key .. ":users", user) == 1
  end,
}

local reply = {}
for i = 2, #ARGV do
  local feature = ARGV[i]
  local key = prefix .. feature
  local state = redis.call("HGET", key, "state")
  local rule = rules[state]
  if state and not rule then
    return redis.error_reply("ERR feature '" .. feature .. "' has unknown state '" .. state .. "'")
  end
  reply[#reply + 1] = feature
  reply[#reply + 1] = rule ~= nil and rule(key, feature) and 1 or 0
end
return reply

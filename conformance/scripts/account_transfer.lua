-- Moves an amount between accounts; every way to fail has its own reply. KEYS: from, to, journal. ARGV: amount, reference.
local from, to, journal = KEYS[1], KEYS[2], KEYS[3]
local amount = tonumber(ARGV[1])

if amount == nil then return redis.error_reply("BADARG amount is not a number") end
if amount <= 0 then return { err = "BADARG amount must be positive" } end
if from == to then error("same account twice") end
if redis.call("SISMEMBER", journal, ARGV[2]) == 1 then
  return redis.status_reply("ALREADY " .. ARGV[2])
end

local kind = redis.call("TYPE", from)["ok"]
if kind == "none" then return false end
if kind ~= "string" then error({ err = "BADTYPE " .. from .. " is a " .. kind }) end

local balance = redis.call("GET", from)
if tonumber(balance) < amount then
  return { "SHORT", amount - balance }
end

local credited = redis.pcall("INCRBY", to, amount)
if type(credited) ~= "number" then
  -- Nothing was taken yet: hand the server's own words on.
  return credited
end
redis.call("DECRBY", from, amount)
redis.call("SADD", journal, ARGV[2])
return { redis.call("GET", from), credited, true, false, 3.99 }

-- Candidates that are in every required set and in no excluded one, sorted.
-- KEYS: candidates first, then sets. ARGV[1] = how many of the following sets are required, the rest exclude.
local required = tonumber(ARGV[1])
local smallest, fewest = KEYS[1], redis.call("SCARD", KEYS[1])
for i = 2, 1 + required do
  local size = redis.call("SCARD", KEYS[i])
  if size < fewest then smallest, fewest = KEYS[i], size end
end
if fewest == 0 then return {} end

local matches = {}
for _, member in ipairs(redis.call("SMEMBERS", smallest)) do
  local keep = true
  for i = 1, #KEYS do
    local present = redis.call("SISMEMBER", KEYS[i], member) == 1
    if present ~= (i <= 1 + required) then
      keep = false
      break
    end
  end
  if keep then matches[#matches + 1] = member end
end
table.sort(matches)
return matches

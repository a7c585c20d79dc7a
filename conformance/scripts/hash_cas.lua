-- Updates fields of several hashes if every version matches (all or nothing).
-- KEYS: the hashes. ARGV: for each key expected version, field, value.
local conflicts = {}
for i, key in ipairs(KEYS) do
  local expected = ARGV[i * 3 - 2]
  local version = redis.call("HGET", key, "version")
  -- A missing hash has version "0".
  if (version or "0") ~= expected then
    conflicts[#conflicts + 1] = { key, version or false, expected }
  end
end

if #conflicts > 0 then
  return { "conflict", conflicts }
end

local versions = {}
for i, key in ipairs(KEYS) do
  local field, value = ARGV[i * 3 - 1], ARGV[i * 3]
  if value == "" then
    redis.call("HDEL", key, field)
  else
    redis.call("HMSET", key, field, value)
  end
  versions[i] = redis.call("HINCRBY", key, "version", 1)
end
return { "ok", versions }

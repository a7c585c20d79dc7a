-- Cache entries with tags: put stores an entry under its tags, drop removes every entry of the tags.
-- KEYS[1] prefix. ARGV: put key value tag... | drop tag...
local prefix = KEYS[1]
local function tag_key(tag) return prefix .. "tag:" .. tag end
local function entry_key(name) return prefix .. "entry:" .. name end

if ARGV[1] == "put" then
  redis.call("SET", entry_key(ARGV[2]), ARGV[3])
  for i = 4, #ARGV do
    redis.call("SADD", tag_key(ARGV[i]), ARGV[2])
  end
  return #ARGV - 3
end

local dropped, names = 0, {}
for i = 2, #ARGV do
  local members = redis.call("SMEMBERS", tag_key(ARGV[i]))
  for _, name in ipairs(members) do
    if redis.call("DEL", entry_key(name)) == 1 then
      dropped = dropped + 1
      names[#names + 1] = name
    end
  end
  redis.call("UNLINK", tag_key(ARGV[i]))
end
table.sort(names)
return { dropped, table.concat(names, ",") }

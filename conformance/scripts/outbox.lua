-- Transactional outbox: a change of KEYS[1] (hash) and its event in KEYS[2] (stream), cut to a length; KEYS[3] is the reader's
-- place. ARGV: change ID FIELD VALUE [MAXLEN] | read COUNT | trim.
local operation = ARGV[1]
if operation == "change" then
  local before = redis.call("HGET", KEYS[1], ARGV[3])
  if before == ARGV[4] then return "unchanged" end
  local event = { field = ARGV[3], from = before or cjson.null, to = ARGV[4] }
  local id = redis.pcall("XADD", KEYS[2], "MAXLEN", "=", ARGV[5] or 100, ARGV[2], "field", event.field, "to", event.to,
    "old", type(event.from) == "string" and event.from or "")
  if type(id) == "table" then return id end
  redis.call("HSET", KEYS[1], ARGV[3], ARGV[4])
  return id
elseif operation == "read" then
  local last = redis.call("GET", KEYS[3]) or "0"
  local streams = redis.call("XREAD", "COUNT", ARGV[2], "STREAMS", KEYS[2], last)
  if not streams then return {} end
  local entries = streams[1][2]
  redis.call("SET", KEYS[3], entries[#entries][1])
  for _, entry in ipairs(entries) do entry[2] = table.concat(entry[2], "/") end
  return entries
elseif operation == "trim" then
  local removed = redis.call("XTRIM", KEYS[2], "MINID", redis.call("GET", KEYS[3]))
  local info = redis.call("XINFO", "STREAM", KEYS[2])
  local facts = {}
  for i = 1, #info, 2 do facts[info[i]] = info[i + 1] end
  return { removed, facts["length"], facts["last-generated-id"], facts["entries-added"] }
end

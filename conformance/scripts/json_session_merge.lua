-- Merges a JSON patch (RFC 7386) into a session document, with versions.
-- KEYS[1] hash with doc and version. ARGV: patch, expected version or '', lifetime.
local key = KEYS[1]
local ok, patch = pcall(cjson.decode, ARGV[1])
if not ok then return redis.error_reply('BADPATCH ' .. patch) end
local version = redis.call('HGET', key, 'version') or '0'
if ARGV[2] ~= '' and ARGV[2] ~= version then
  return redis.error_reply('CONFLICT at version ' .. version)
end

local function merge(target, change)
  if type(change) ~= 'table' then return change end
  if #change > 0 then return change end
  if type(target) ~= 'table' then target = {} end
  for name, value in pairs(change) do
    if value == cjson.null then
      target[name] = nil
    else
      target[name] = merge(target[name], value)
    end
  end
  return target
end

local doc = merge(cjson.decode(redis.call('HGET', key, 'doc') or '{}'), patch)

-- Sorted by name, so that the text is the same everywhere.
local function write(value, out)
  if type(value) == 'table' and #value == 0 then
    local names = {}
    for name in pairs(value) do names[#names + 1] = name end
    table.sort(names)
    out[#out + 1] = '{'
    for i, name in ipairs(names) do
      out[#out + 1] = (i > 1 and ',' or '') .. cjson.encode(name) .. ':'
      write(value[name], out)
    end
    out[#out + 1] = '}'
  elseif type(value) == 'table' then
    out[#out + 1] = '['
    for i, item in ipairs(value) do
      out[#out + 1] = i > 1 and ',' or ''
      write(item, out)
    end
    out[#out + 1] = ']'
  else
    out[#out + 1] = cjson.encode(value)
  end
end
local out = {}
write(doc, out)
local text = table.concat(out)
redis.call('HSET', key, 'doc', text, 'version', version + 1)
redis.call('PEXPIRE', key, ARGV[3] or 60000000)
return { version + 1, text, redis.sha1hex(text) }

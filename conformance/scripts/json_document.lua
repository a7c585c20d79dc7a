-- Sets, reads or increments a path of a JSON document; KEYS: document; ARGV: what, path with dots, JSON value.
local text = redis.call('GET', KEYS[1])
local document = text and cjson.decode(text) or {}
local node, steps = document, {}
for step in string.gmatch(ARGV[2], '[^.]+') do steps[#steps + 1] = tonumber(step) or step end
for at = 1, #steps - 1 do
  local below = node[steps[at]]
  if type(below) ~= 'table' then
    if ARGV[1] == 'get' then return false end
    below = {}
    node[steps[at]] = below
  end
  node = below
end
local last = steps[#steps]
if ARGV[1] == 'get' then
  local value = node[last]
  return value ~= nil and cjson.encode(value)
elseif ARGV[1] == 'set' then
  node[last] = cjson.decode(ARGV[3])
elseif ARGV[1] == 'add' then
  node[last] = (node[last] or 0) + tonumber(ARGV[3])
end
redis.call('SET', KEYS[1], cjson.encode(document))
return type(node[last]) == 'table' and #node[last] or tostring(node[last])

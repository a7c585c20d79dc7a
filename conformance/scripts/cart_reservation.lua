-- Reserves stock for a cart, all or nothing, and writes an event a line.
-- KEYS: cart hash, stream of events, then one stock key for each line. ARGV[1]: JSON {cart, lines = [{sku, qty}], ttl}.
local request = cjson.decode(ARGV[1])
local cart, events = KEYS[1], KEYS[2]
local missing, total = {}, 0
for i, line in ipairs(request.lines) do
  local stock = redis.call('GET', KEYS[i + 2])
  if stock == false then
    return { err = 'NOSKU ' .. line.sku }
  elseif tonumber(stock) < line.qty then
    missing[#missing + 1] = { sku = line.sku, want = line.qty, have = tonumber(stock) }
  end
end
if #missing > 0 then
  table.sort(missing, function(a, b) return a.sku < b.sku end)
  local parts = {}
  for _, m in ipairs(missing) do parts[#parts + 1] = ('%s:%d/%d'):format(m.sku, m.have, m.want) end
  return { 'SHORT', table.concat(parts, ','), #missing }
end
for i, line in ipairs(request.lines) do
  local left = redis.call('DECRBY', KEYS[i + 2], line.qty)
  redis.call('HINCRBYFLOAT', cart, line.sku, line.qty)
  total = total + line.qty * (line.price or 0)
  redis.call('XADD', events, 'MAXLEN', 4, string.format('%d-%d', request.at, i), 'sku', line.sku, 'left', left)
end
redis.call('HSET', cart, 'total', total, 'note', request.note == cjson.null and 'null' or tostring(request.note))
redis.call('EXPIRE', cart, request.ttl or 600)
return { 'OK', string.format('%.2f', total), redis.call('HLEN', cart), redis.call('XLEN', events) }

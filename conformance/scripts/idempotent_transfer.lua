-- Transfers with an idempotency key: the first answer is kept (packed) and given again; a ledger and balances in cents.
-- KEYS: idempotency key, from, to, ledger. ARGV: request fingerprint, amount, lifetime.
local token, from, to, ledger = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local fingerprint, amount = ARGV[1], tonumber(ARGV[2])
local known = redis.call('GET', token)
if known then
  local kept_print, answer = cmsgpack.unpack(known)
  if kept_print ~= fingerprint then
    return redis.error_reply('MISMATCH the key was used for another request')
  end
  answer[#answer + 1] = 'again'
  return answer
end
local answer
local balance = tonumber(redis.call('GET', from) or 0)
if not amount or amount <= 0 or amount ~= math.floor(amount) then
  answer = { err = 'AMOUNT must be a positive number of cents' }
elseif balance < amount then
  answer = { 'insufficient', balance, amount }
else
  local ok, result = pcall(function()
    local left = redis.call('DECRBY', from, amount)
    local right = redis.call('INCRBY', to, amount)
    return { 'done', left, right }
  end)
  if not ok then
    redis.call('INCRBY', from, amount)
    return redis.error_reply('ROLLEDBACK ' .. result)
  end
  answer = result
  redis.call('RPUSH', ledger, struct.pack('>I4s', amount, fingerprint))
end
if answer.err then return answer end
redis.call('SET', token, cmsgpack.pack(fingerprint, answer), 'EX', ARGV[3] or 86400, 'NX')
return answer

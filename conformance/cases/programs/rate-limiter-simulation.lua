-- A token bucket fed with given times.
local function bucket(capacity, per_second)
  local tokens, last = capacity, 0
  return function(now, cost)
    tokens = math.min(capacity, tokens + (now - last) * per_second)
    last = now
    if tokens >= cost then
      tokens = tokens - cost
      return true, tokens
    end
    return false, tokens
  end
end
local take = bucket(5, 2)
for _, step in ipairs { { 0, 3 }, { 0, 3 }, { 0.5, 3 }, { 1, 1 }, { 10, 5 }, { 10, 1 } } do print(step[1], step[2], take(step[1], step[2])) end

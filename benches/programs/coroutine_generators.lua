-- Measures coroutine switches: generators, a filter chain, producer and consumer.
local n = tonumber((...)) or 2000000

local yield, wrap = coroutine.yield, coroutine.wrap

local function range(last)
  return wrap(function()
    for i = 1, last do yield(i) end
  end)
end

local function filter(source, keep)
  return wrap(function()
    for value in source do
      if keep(value) then yield(value) end
    end
  end)
end

local sum = 0
local stage = filter(range(n), function(v) return v % 2 == 0 end)
for value in filter(stage, function(v) return v % 3 == 0 end) do sum = sum + value end

local producer = coroutine.create(function(step)
  local value, sent = 0, 0
  while sent < n do
    value, sent = value + step, sent + 1
    step = yield(value, sent)
  end
  return nil, sent
end)
local received, rounds = 0, 0
while true do
  local ok, value, sent = coroutine.resume(producer, rounds % 5)
  if not ok or value == nil then break end
  received, rounds = received + value % 11, sent
end

-- Depth-first walk of a tree, each level its own coroutine.
local function walk(level)
  return wrap(function()
    if level > 0 then
      for v in walk(level - 1) do yield(v + 1) end
      yield(level)
      for v in walk(level - 1) do yield(v + 2) end
    end
  end)
end
local visited = 0
for v in walk(12) do visited = visited + v end
print("coroutine_generators", n, sum, received, rounds, visited, coroutine.status(producer))

-- An event loop with coroutines as tasks, a virtual clock, channels with and without room, select, timeouts and cancelling.
local Loop = {}
Loop.__index = Loop
function Loop.new() return setmetatable({ ready = {}, head = 1, tail = 0, timers = {}, now = 0, serial = 0, live = 0, trace = {} }, Loop) end

local Task = {}
Task.__index = Task

function Loop:wake(task, ...)
  self.tail = self.tail + 1
  self.ready[self.tail] = { task, select("#", ...), ... }
end
function Loop:spawn(name, body, ...)
  local task = setmetatable({ name = name, loop = self, thread = coroutine.create(body), waiters = {}, status = "running" }, Task)
  self.live = self.live + 1
  self:wake(task, ...)
  return task
end
function Loop:after(delay, action)
  self.serial = self.serial + 1
  local timer = { at = self.now + delay, serial = self.serial, action = action }
  local index = #self.timers + 1
  while index > 1 and (self.timers[index - 1].at > timer.at) do
    self.timers[index] = self.timers[index - 1]
    index = index - 1
  end
  self.timers[index] = timer
  return timer
end
function Loop:finish(task, status, ...)
  task.status, task.results, task.count = status, { ... }, select("#", ...)
  self.live = self.live - 1
  for _, waiter in ipairs(task.waiters) do waiter() end
end
function Loop:step(task, ...)
  if task.status ~= "running" then return end
  self.current = task
  local function after(ok, ...)
    self.current = nil
    if not ok then return self:finish(task, "failed", ...) end
    if coroutine.status(task.thread) == "dead" then return self:finish(task, "done", ...) end
    local block = ...
    block(task)
  end
  after(coroutine.resume(task.thread, ...))
end
function Loop:run(limit)
  while true do
    while self.ready[self.head] do
      local entry = self.ready[self.head]
      self.ready[self.head] = nil
      self.head = self.head + 1
      self:step(entry[1], unpack(entry, 3, entry[2] + 2))
    end
    local timer = table.remove(self.timers, 1)
    if not timer then break end
    if limit and timer.at > limit then return self end
    self.now = timer.at
    if not timer.cancelled then timer.action() end
  end
  return self
end
function Loop:sleep(delay)
  return coroutine.yield(function(task) self:after(delay, function() self:wake(task) end) end)
end
function Loop:pass() return coroutine.yield(function(task) self:wake(task) end) end
function Task:join()
  if self.status == "running" then
    coroutine.yield(function(task) table.insert(self.waiters, function() self.loop:wake(task) end) end)
  end
  return self.status, unpack(self.results, 1, self.count)
end
function Task:cancel()
  if self.status ~= "running" then return false end
  self.loop:finish(self, "cancelled")
  return true
end

local Channel = {}
Channel.__index = Channel
function Channel.new(loop, room) return setmetatable({ loop = loop, room = room or 0, items = {}, receivers = {}, senders = {} }, Channel) end
local function shiftLive(list)
  while list[1] do
    local entry = table.remove(list, 1)
    if entry.task.status == "running" and not (entry.group and entry.group.done) then return entry end
  end
end
function Channel:trySend(value)
  local receiver = shiftLive(self.receivers)
  if receiver then
    if receiver.group then receiver.group.done = true end
    self.loop:wake(receiver.task, value, true, self)
    return true
  end
  if #self.items < self.room then
    table.insert(self.items, value)
    return true
  end
  return false
end
function Channel:send(value)
  if self.closed then error("channel is closed", 2) end
  if self:trySend(value) then return true end
  return coroutine.yield(function(task) table.insert(self.senders, { task = task, value = value }) end)
end
function Channel:tryReceive()
  if #self.items > 0 then
    local value = table.remove(self.items, 1)
    local sender = shiftLive(self.senders)
    if sender then
      table.insert(self.items, sender.value)
      self.loop:wake(sender.task, true)
    end
    return true, value
  end
  local sender = shiftLive(self.senders)
  if sender then
    self.loop:wake(sender.task, true)
    return true, sender.value
  end
  return false
end
function Channel:receive()
  local got, value = self:tryReceive()
  if got then return value, true, self end
  if self.closed then return nil, false, self end
  return coroutine.yield(function(task) table.insert(self.receivers, { task = task }) end)
end
function Channel:close()
  self.closed = true
  while true do
    local receiver = shiftLive(self.receivers)
    if not receiver then break end
    self.loop:wake(receiver.task, nil, false, self)
  end
end
-- Calls `action` for each value until the channel is closed. (An iterator for the generic `for` may not yield in Lua 5.1: the last session shows it.)
function Channel:each(action)
  while true do
    local value, open = self:receive()
    if not open then return end
    action(value)
  end
end
local function selectFrom(loop, channels, timeout)
  for _, channel in ipairs(channels) do
    local got, value = channel:tryReceive()
    if got then return value, true, channel end
  end
  return coroutine.yield(function(task)
    local group = {}
    for _, channel in ipairs(channels) do table.insert(channel.receivers, { task = task, group = group }) end
    if timeout then
      loop:after(timeout, function()
        if not group.done then
          group.done = true
          loop:wake(task, nil, false, nil)
        end
      end)
    end
  end)
end

local function session(title, body)
  print("-- " .. title)
  local loop = Loop.new()
  local function log(...) print(("%4d"):format(loop.now), loop.current and loop.current.name or "-", ...) end
  body(loop, log)
  loop:run()
  print("end", loop.now, loop.live)
end

session("sleeping", function(loop, log)
  for index, name in ipairs({ "slow", "fast", "middle" }) do
    loop:spawn(name, function(delay)
      for round = 1, 2 do loop:sleep(delay) log("round", round) end
    end, ({ 30, 10, 20 })[index])
  end
end)
session("joining", function(loop, log)
  loop:spawn("parent", function()
    local good = loop:spawn("good", function(a, b) loop:sleep(5) return a + b, nil, "last" end, 3, 4)
    local bad = loop:spawn("bad", function() loop:sleep(2) error("broken", 0) end)
    local worse = loop:spawn("worse", function() local t = nil return t.x end)
    local raising = loop:spawn("raising", function() error({ code = 7 }) end)
    log(good:join())
    log(bad:join())
    log(worse:join())
    log((select(2, raising:join())).code)
    log(good:join())
  end)
end)
session("no room", function(loop, log)
  local channel = Channel.new(loop)
  loop:spawn("producer", function() for n = 1, 3 do channel:send(n) log("sent", n) end channel:close() log(pcall(channel.send, channel, 4)) end)
  loop:spawn("consumer", function() channel:each(function(n) log("got", n) loop:sleep(10) end) log("closed", (channel:receive())) end)
end)
session("room for two", function(loop, log)
  local channel = Channel.new(loop, 2)
  loop:spawn("producer", function() for n = 1, 5 do channel:send(n * n) log("sent", n) end channel:close() end)
  loop:spawn("consumer", function() loop:sleep(1) local sum = 0 channel:each(function(n) sum = sum + n end) log("sum", sum) end)
end)
session("workers", function(loop, log)
  local jobs, results, workers = Channel.new(loop, 10), Channel.new(loop), {}
  for index = 1, 3 do
    workers[index] = loop:spawn("worker" .. index, function()
      local count = 0
      jobs:each(function(job) loop:sleep(job * 3 % 7 + 1) results:send({ job, job * job, index }) count = count + 1 end)
      return count
    end)
  end
  loop:spawn("feeder", function() for job = 1, 8 do jobs:send(job) end jobs:close() end)
  loop:spawn("closer", function() for _, worker in ipairs(workers) do log(worker.name, worker:join()) end results:close() end)
  loop:spawn("gather", function() results:each(function(result) log(unpack(result)) end) end)
end)
session("select", function(loop, log)
  local left, right = Channel.new(loop), Channel.new(loop)
  local names = { [left] = "left", [right] = "right" }
  loop:spawn("a", function() loop:sleep(5) left:send("one") loop:sleep(20) left:send("two") end)
  loop:spawn("b", function() loop:sleep(8) right:send("three") end)
  loop:spawn("chooser", function()
    for _ = 1, 5 do
      local value, open, channel = selectFrom(loop, { left, right }, 12)
      log(value, open, names[channel])
    end
  end)
end)
session("cancel", function(loop, log)
  local channel = Channel.new(loop)
  local victim = loop:spawn("victim", function() log("waits") log("never", channel:receive()) end)
  loop:spawn("killer", function() loop:sleep(3) log(victim:cancel(), victim:cancel()) log(victim:join()) channel:send("kept") log("sent") end)
  loop:spawn("late", function() loop:sleep(9) log((channel:receive())) end)
end)
session("pipeline", function(loop, log)
  local function stage(input, body)
    local output = Channel.new(loop)
    loop:spawn("stage", function() input:each(function(value) body(value, function(out) output:send(out) end) end) output:close() end)
    return output
  end
  local source = Channel.new(loop)
  loop:spawn("source", function() for n = 2, 50 do source:send(n) end source:close() end)
  local primes, found = source, {}
  loop:spawn("sieve", function()
    while true do
      local prime, open = primes:receive()
      if not open then break end
      found[#found + 1] = prime
      primes = stage(primes, function(n, emit) if n % prime ~= 0 then emit(n) end end)
    end
    log(table.concat(found, " "))
  end)
end)
session("stuck", function(loop, log)
  local channel = Channel.new(loop)
  loop:spawn("waits", function() channel:receive() end)
  loop:spawn("sends", function() Channel.new(loop):send(1) end)
  loop:spawn("turns", function() for n = 1, 3 do log(n) loop:pass() end end)
  loop:spawn("turns too", function() for n = 1, 3 do log(n) loop:pass() end end)
end)
session("boundaries", function(loop, log)
  local function yields() return loop:sleep(1) end
  local function attempt(name, body) loop:spawn(name, function() log(loop:spawn(name .. " inside", body):join()) end) end
  attempt("for", function() for _ in yields do end end)
  attempt("pcall", function() return pcall(yields) end)
  attempt("sort", function() table.sort({ 3, 2, 1 }, yields) end)
  attempt("gsub", function() return (("abc"):gsub("%w", yields)) end)
  attempt("index", function() return setmetatable({}, { __index = yields }).field end)
  attempt("add", function() return setmetatable({}, { __add = yields }) + 1 end)
  attempt("call", function() return setmetatable({}, { __call = yields })() end)
  attempt("tail", function() return yields() end)
  attempt("wrap", function() return coroutine.wrap(function() return "own", coroutine.running() ~= nil end)() end)
end)

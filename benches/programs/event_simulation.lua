-- Measures a scheduler of cooperating tasks with queues, method dispatch and state changes.
local n = tonumber((...)) or 800000

local Queue = {}
Queue.__index = Queue
local function queue() return setmetatable({ first = 1, last = 0, items = {} }, Queue) end

function Queue:push(item)
  self.last = self.last + 1
  self.items[self.last] = item
end

function Queue:pop()
  local first = self.first
  if first > self.last then return nil end
  local item = self.items[first]
  self.items[first] = nil
  self.first = first + 1
  return item
end

local Scheduler = {}
Scheduler.__index = Scheduler

function Scheduler:send(target, kind, payload)
  self.sent = self.sent + 1
  target.inbox:push { kind = kind, payload = payload }
  if not target.ready then
    target.ready = true
    self.runnable:push(target)
  end
end

function Scheduler:run(limit)
  while self.sent < limit do
    local task = self.runnable:pop()
    if not task then break end
    local message = task.inbox:pop()
    if message then task:handle(self, message) end
    if task.inbox.first > task.inbox.last then
      task.ready = false
    else
      self.runnable:push(task)
    end
  end
end

local function task(name, handle)
  return { name = name, inbox = queue(), ready = false, handled = 0, handle = handle }
end

local worker, device, idle, printer

worker = task("worker", function(self, scheduler, message)
  self.handled = self.handled + 1
  if message.kind == "work" then
    scheduler:send(device, "read", message.payload + 1)
  else
    scheduler:send(idle, "tick", message.payload % 1009)
  end
end)
device = task("device", function(self, scheduler, message)
  self.handled = self.handled + 1
  if message.payload % 3 == 0 then scheduler:send(printer, "line", message.payload) end
  scheduler:send(worker, "done", message.payload * 7 % 5003)
end)
idle = task("idle", function(self, scheduler, message)
  self.handled = self.handled + 1
  local state = message.payload
  if state % 2 == 0 then state = state / 2 else state = (state - 1) / 2 + 433 end
  scheduler:send(worker, "work", state)
end)
printer = task("printer", function(self, _, message)
  self.handled = self.handled + 1
  self.sum = ((self.sum or 0) * 31 + message.payload) % 1000003
end)

local scheduler = setmetatable({ runnable = queue(), sent = 0 }, Scheduler)
for i = 1, 8 do scheduler:send(worker, "work", i * 37) end
scheduler:run(n)
print("event_simulation", n, worker.handled, device.handled, idle.handled, printer.handled, printer.sum)

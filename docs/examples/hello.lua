-- Plain Lua 5.1, no keyspace.
--   ferrous run docs/examples/hello.lua world 3
local name, times = ..., tonumber((select(2, ...))) or 1

local Greeter = {}
Greeter.__index = Greeter

function Greeter.new(greeting)
  return setmetatable({ greeting = greeting, count = 0 }, Greeter)
end

function Greeter:greet(whom)
  self.count = self.count + 1
  return ("%d: %s, %s!"):format(self.count, self.greeting, whom)
end

local greeter = Greeter.new("Hello")
for _ = 1, times do
  print(greeter:greet(name or "nobody"))
end

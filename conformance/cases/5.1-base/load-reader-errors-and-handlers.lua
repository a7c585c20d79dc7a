-- An error in the reader of load is caught by load, but the handler of the xpcall around it sees it first: as PUC Lua's
-- parser runs in a protected call that keeps the handler.
local function handler(message) return "handled: " .. tostring(message) end
local function reading(f) return function() return load(f) end end
local function fails() error("failed") end

print(xpcall(reading(fails), handler))
print(xpcall(reading(function() return {} end), handler))
print(xpcall(reading(function() return true end), handler))
print(xpcall(reading(function() error() end), handler))
print(xpcall(reading(function() return nil .. 1 end), handler))
print(xpcall(reading(function() error({}) end), type))
print(pcall(reading(fails)))
print(pcall(reading(function() return {} end)))
-- Only if no pcall and no coroutine is between them.
print(xpcall(function() return pcall(load, fails) end, handler))
print(xpcall(function() return coroutine.wrap(reading(fails))() end, handler))
print(xpcall(function() return coroutine.wrap(function() return xpcall(reading(fails), handler) end)() end, type))
-- The reader's own calls.
print(xpcall(reading(function() return pcall(error, "inner") and "x" end), handler))
print(xpcall(reading(function() return (xpcall(fails, handler)) and "x" end), handler))
print(xpcall(reading(function() load(fails) error("outer") end), handler))
print(type(select(2, xpcall(reading(function() return load(fails) end), handler))))
-- Handlers that fail, or are none.
print(xpcall(reading(fails), function() error("again") end))
print(xpcall(reading(fails), 5))
print(xpcall(reading(fails), nil))
print(xpcall(reading(fails), setmetatable({}, { __call = handler })))
local times = 0
print(xpcall(reading(fails), function(message) times = times + 1 if times < 4 then error("more") end return message end), times)
-- What is not there to be handled: syntax errors.
print(xpcall(reading(function() return "= " end), handler))
-- The handler sees the stack of the error.
print(xpcall(reading(fails), function(message) return debug.traceback(message, 2) end))
print(xpcall(reading(function() return {} end), debug.traceback))
-- And after it all is as before.
print(xpcall(function() load(fails) error("later") end, handler))
print(xpcall(function() local f, m = load(fails) return m end, function(message) return message:upper() end))
-- Outside of every protected call the handler is the program's.
print(load(fails))
print(load(function() return {} end))
print(type(select(2, load(function() error({}) end))))
print(load(function() error() end))
print(load(function() error(12, 0) end))
local traceback = debug.traceback
debug.traceback = function(...) return "traced", ... end
print(load(fails))
debug.traceback = nil
print(load(fails))
debug.traceback = traceback
debug = nil
print(load(fails))

local t = {}
function t.field() return (debug.traceback("in field")) end
function t:method() return (debug.traceback("in method")) end
function globalf() return (debug.traceback("in global")) end
local function up() return (debug.traceback("in upvalue")) end
local function call() local r = up() return r end
print((t.field()))
print((t:method()))
print((globalf()))
print((call()))
print(((function() return (debug.traceback("anonymous")) end)()))

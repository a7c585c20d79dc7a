local function inner() return (debug.traceback("message")) end
local function outer() local t = inner() return t end
print(outer())
print(debug.traceback("level two", 2))
print(debug.traceback(nil))
print(debug.traceback({}) ~= nil, debug.traceback(12))

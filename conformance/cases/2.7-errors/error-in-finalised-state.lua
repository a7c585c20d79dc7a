-- After an error everything done before it stays done.
local t = { n = 0 }
local function work() t.n = t.n + 1 error("no", 0) end
for i = 1, 3 do pcall(work) end
print(t.n)
local upvalue = 1
pcall(function() upvalue = 2 error() end)
print(upvalue)
local keep
pcall(function() local x = 10 keep = function() x = x + 1 return x end error() end)
print(keep(), keep())

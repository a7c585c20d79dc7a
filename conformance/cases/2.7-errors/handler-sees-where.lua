local function where() return (debug.traceback("trace"):gsub("%[C%]: in function 'xpcall'.*", "")) end
local function fails() local x = {} return x.y.z end
print(select(2, xpcall(fails, where)))
print(select(2, xpcall(function() fails() end, where)))
print(select(2, xpcall(function() error("m", 2) end, where)))
print(select(2, xpcall(function() return ("x"):rep({}) end, where)))

local function last() return (debug.traceback("tail")) end
local function first() return last() end
print((first()))

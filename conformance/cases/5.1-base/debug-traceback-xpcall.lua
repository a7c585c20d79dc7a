local function fail() error("boom") end
local function middle() fail() end
local ok, trace = xpcall(middle, debug.traceback)
print(ok)
print(trace)

local n = 0
local function work() local a = 1
 a = 2
end
debug.sethook(function() n = n + 1 work() end, "l")
local x = 1
debug.sethook()
print(n)

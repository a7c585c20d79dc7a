local seen = {}
local function name() local i = debug.getinfo(3, "nS") return i.name or i.what end
local function f() return 1 end
debug.sethook(function(e, l) seen[#seen + 1] = e .. ":" .. tostring(l) .. ":" .. name() end, "c")
f()
math.abs(1)
pcall(f)
debug.sethook()
print(table.concat(seen, " "))

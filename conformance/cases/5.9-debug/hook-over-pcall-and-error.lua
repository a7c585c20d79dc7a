local seen = {}
local function f() error("x") end
debug.sethook(function(e) seen[#seen + 1] = e end, "cr")
pcall(f)
debug.sethook()
print(table.concat(seen, " "))

-- Fields are evaluated in the order written; a later one with the same key wins.
local log = {}
local function see(x) log[#log + 1] = tostring(x) return x end
local t = { see(1), [see "k"] = see(2), see(3), z = see(4) }
print(table.concat(log, " "))
local u = { x = 1, x = 2, ["x"] = 3 }
print(u.x)

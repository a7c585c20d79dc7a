local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
local function endless() return 1 + endless() end
for i = 1, 3 do local ok, m = pcall(endless) print(ok, #m > 10) print(deep(5000)) end
print(pcall(deep, 16000)) print((pcall(deep, 1e6)))
print(select(2, pcall(string.rep, "x", -1)) == "", pcall(deep, 100))

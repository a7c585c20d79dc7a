local calls = {}
local function value(name, v) calls[#calls + 1] = name return v end
local total = 0
for i = value("first", 1), value("last", 3), value("step", 1) do total = total + i end
print(total, table.concat(calls, " "))
local last = 3
for i = 1, last do last = 10 total = total + 1 end
print(total, last)

local function triple() return next, { 1 }, nil, "ignored" end
for k, v in triple() do print(k, v) end
local function part() return { "x" } end
for k, v in next, part() do print(k, v) end
for k, v in next, { "y" }, nil, print("extra evaluated") do print(k, v) end
for k, v in (ipairs { 1 }) do print(k) break end

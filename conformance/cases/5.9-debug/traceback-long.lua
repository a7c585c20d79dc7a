local function deep(n) if n == 0 then print(debug.traceback("deep")) else deep(n - 1) end return n end
for _, n in ipairs{5, 17, 18, 19, 20, 21, 40} do deep(n) end

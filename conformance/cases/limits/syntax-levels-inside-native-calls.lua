local code = "return " .. ("("):rep(150) .. "1" .. (")"):rep(150) local function under(n, f) if n == 0 then return f() end local ok, r = pcall(under, n - 1, f) return r end
for _, n in ipairs { 0, 10, 40, 44, 45, 46, 47, 48, 49, 50, 100 } do print(n, (under(n, function() return (loadstring(code, "=c")) ~= nil end)), (under(n, function() return (select(2, loadstring(code, "=c"))) end))) end

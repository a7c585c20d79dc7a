for _, op in ipairs { " + ", " .. ", " and ", " or ", " * ", " - " } do local v = op == " .. " and 100 or 2000 print(op, #tostring(assert(loadstring("local x = 1 return x" .. (op .. "x"):rep(v)))())) end
print(assert(loadstring("return " .. ("(1 + "):rep(90) .. "0" .. (")"):rep(90)))()) print(#assert(loadstring("return " .. ("'a' .. "):rep(150) .. "'b'"))())
print(assert(loadstring("local a = {} a.a = a return a" .. (".a"):rep(5000) .. " == a"))()) print(assert(loadstring("local function f() return f end f = function() return f end return f" .. ("()"):rep(1000) .. " == f"))())

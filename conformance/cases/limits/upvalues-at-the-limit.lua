local function code(n, wrap) local names, uses = {}, {} for i = 1, n do names[i] = "u" .. i uses[i] = "u" .. i end return "local " .. table.concat(names, ",") .. "\n" .. (wrap or "return function()\n return { ") .. table.concat(uses, ",") .. " } end" end
for _, n in ipairs { 59, 60, 61, 100 } do print(n, (select(2, loadstring(code(n), "=c")))) end
print((select(2, loadstring(code(61, "local function named() return { "), "=c")))) print((select(2, loadstring(code(61, "function named(a) local b\n\nreturn { "), "=c")))) print((select(2, loadstring(code(61, "return function() return function()\n return { ") .. " end", "=c"))))
local f = loadstring(code(60, "return function() u1, u60 = 1, 60 return { "))() print(f()[1], f()[60], #f())

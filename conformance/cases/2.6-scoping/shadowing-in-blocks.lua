local x = 1 do local x = x + 1 do local x = x + 1 print(x) end print(x) end print(x)
if true then local x = "if" print(x) end while x do local x = "while" print(x) break end for x = 5, 5 do print(x) end repeat local x = "repeat" until x == "repeat" print(x)
local function x(x) return x end print(x "param") local x = x(7) print(x)
local print = print do local print = function(...) return "shadow" end local r = print(1) _G.print(r) end

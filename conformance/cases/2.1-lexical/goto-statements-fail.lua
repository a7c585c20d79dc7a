goto = 1
print(goto)
goto = goto + 1 print(goto)
local t = { goto = 5 } print(t.goto)
function t:goto() return "method" end
print(t:goto())
local goto = "local" print(goto)
print((select(2, loadstring("goto label", "=c"))))
print((select(2, loadstring("::label::", "=c"))))
print((select(2, loadstring("do goto done end ::done::", "=c"))))

local function goto(x) return x * 2 end
print(goto(21))
local t = {}
function t.goto(n) return "field " .. n end
function t:continue() return self == t end
print(t.goto(1), t:continue())
goto(1)

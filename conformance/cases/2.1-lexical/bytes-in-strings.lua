local s = "h\195\169"
print(#s, s:byte(1, -1))
local t = { ["\0key"] = 1, ["key"] = 2 }
print(t["\0key"], t.key)
print(#"\r\n", ("\127\128\200"):byte(1, 3))

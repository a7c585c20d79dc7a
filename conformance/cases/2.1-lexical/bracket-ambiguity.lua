local t = { [1] = { [2] = "deep" }, a = { 1 } }
local a = { 2 }
print(t[1][2], t[a[1] - 1][a[1]])
print(t[ [[a]] ][1])
print((loadstring "return t[[a]]") ~= nil)
print(loadstring("local t = string.upper return t[[abc]]")())
print(loadstring("local t = string.upper return t[=[abc]=]")())
print(loadstring("local t = {} return t[=1]", "=c"))

local text = string.dump(function(x) return x * 2 end)
local i = 0
print(load(function() i = i + 1 return text:sub(i, i) end)(21))
print(load(function() local t = text text = nil return t end)(4))

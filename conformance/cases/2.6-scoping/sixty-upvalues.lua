local names, sum = {}, {} for i = 1, 60 do names[i] = "u" .. i sum[i] = "u" .. i end
local code = "local " .. table.concat(names, ",") .. " = ... return function() u1 = u1 + 1 u60 = u60 + 1 return " .. table.concat(sum, "+") .. " end"
local values = {} for i = 1, 60 do values[i] = i end
local f = loadstring(code)(unpack(values)) print(f(), f())
names[61] = "u61" sum[61] = "u61"
print(loadstring("local " .. table.concat(names, ",") .. " = 1 return function() return " .. table.concat(sum, "+") .. " end", "=c"))
print(loadstring("local " .. table.concat(names, ",") .. " = 1\nfunction named()\nreturn function() return " .. table.concat(sum, "+") .. " end end", "=c"))

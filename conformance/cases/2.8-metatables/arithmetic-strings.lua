-- Strings that are not numerals go to the handler, numerals do not need one.
local mt = getmetatable("")
mt.__add = function(a, b) return "handler(" .. a .. "," .. b .. ")" end
print("10" + 1, "x" + 1, 1 + "x", "x" + "y", "10" + "20")
mt.__add = nil
print(pcall(function() return "x" + 1 end))
mt.__unm = function(a) return "minus " .. a end
print(-"x", -"2")
mt.__unm = nil

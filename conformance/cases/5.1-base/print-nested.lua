-- print writes as it goes: what __tostring prints stands between, and what came before a failing argument is out.
local loud = setmetatable({}, { __tostring = function() io.write("[inside]") return "loud" end })
print("a", loud, "b", loud)
print(loud)
print(pcall(print, "before", setmetatable({}, { __tostring = function() error("failed", 0) end }), "after"))
print(pcall(print, "before", setmetatable({}, { __tostring = function() return {} end }), "after"))
local real = tostring
local swap = setmetatable({}, { __tostring = function() tostring = function() return "swapped" end return "swap" end })
print(1, swap, 2)
print(3)
tostring = real
print(setmetatable({}, { __tostring = function() print("nested", "line") return "outer" end }), 1)

--[[ one line ]] print("a")
--[[
print("hidden")
]]
print("b")
--[==[ holds ]] and ]=] inside
]==] print("c")
---[[ short, since three dashes
print("d")
--]]
print(1 --[[between]] + --[=[ and
here ]=] 2)

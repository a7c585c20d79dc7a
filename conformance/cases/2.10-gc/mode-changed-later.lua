local mt = {}
local t = setmetatable({ {} }, mt)
collectgarbage()
print(type(t[1]))
mt.__mode = "v"
collectgarbage() collectgarbage()
print(type(t[1]))
t[1] = {}
mt.__mode = nil
collectgarbage()
print(type(t[1]))

-- A stored false is a value: no metamethod runs.
local t = setmetatable({ f = false }, { __index = function() return "called" end, __newindex = function() error("called") end })
print(t.f, t.n)
t.f = true
print(t.f)

local class = setmetatable({}, { __call = function(cls, name) return setmetatable({ name = name }, { __index = cls }) end })
function class:hello(greeting) return greeting .. " " .. self.name end
local object = class("ann")
print(object:hello("hi"), class "bob":hello "yo")
local callable = setmetatable({}, { __call = function(self, object, x) return object.name, x end })
object.method = callable
print(object:method(5))
print(pcall(function() return object:nope() end))

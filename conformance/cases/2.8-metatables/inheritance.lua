local Animal = {}
Animal.__index = Animal
function Animal.new(class, name) return setmetatable({ name = name }, class) end
function Animal:speak() return self.name .. " makes " .. self:sound() end
function Animal:sound() return "noise" end
local Dog = setmetatable({}, { __index = Animal })
Dog.__index = Dog
function Dog:sound() return "woof, not " .. Animal.sound(self) end
print(Animal:new("thing"):speak())
print(Dog:new("rex"):speak())
print(getmetatable(Dog:new("x")) == Dog, rawget(Dog, "speak"), Dog.speak == Animal.speak)

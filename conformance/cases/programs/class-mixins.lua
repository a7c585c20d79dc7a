-- Classes with several superclasses in C3 order, mixins, properties, abstract methods and metamethods that are inherited.
local Class = {}
local metamethods = { "__add", "__sub", "__mul", "__eq", "__lt", "__le", "__concat", "__tostring", "__call", "__unm" }

local function merge(lists, name)
  local order = {}
  while true do
    local candidate, pending
    for _, list in ipairs(lists) do
      if list[1] then
        pending = true
        local blocked = false
        for _, other in ipairs(lists) do
          for position = 2, #other do if other[position] == list[1] then blocked = true end end
        end
        if not blocked then
          candidate = list[1]
          break
        end
      end
    end
    if not pending then return order end
    if not candidate then error("no consistent order of the superclasses of " .. name, 0) end
    order[#order + 1] = candidate
    for _, list in ipairs(lists) do if list[1] == candidate then table.remove(list, 1) end end
  end
end

local function copy(list) return { unpack(list) } end

function Class.define(name, ...)
  local parents = { ... }
  local lists = {}
  for index, parent in ipairs(parents) do lists[index] = copy(parent.order) end
  lists[#lists + 1] = copy(parents)
  local class = { name = name, own = {}, getters = {}, setters = {}, abstract = {}, parents = parents }
  class.order = merge(lists, name)
  table.insert(class.order, 1, class)

  local function lookup(kind, key)
    for _, ancestor in ipairs(class.order) do
      local found = ancestor[kind][key]
      if found ~= nil then return found end
    end
  end
  class.lookup = lookup
  local instance = {
    __index = function(object, key)
      local getter = lookup("getters", key)
      if getter then return getter(object) end
      return lookup("own", key)
    end,
    __newindex = function(object, key, value)
      local setter = lookup("setters", key)
      if setter then return setter(object, value) end
      if lookup("getters", key) then error("property '" .. key .. "' of " .. name .. " is read-only", 2) end
      rawset(object, key, value)
    end,
    class = class,
  }
  for _, event in ipairs(metamethods) do
    for _, ancestor in ipairs(class.order) do
      if ancestor.own[event] then
        instance[event] = ancestor.own[event]
        break
      end
    end
  end
  class.instance = instance
  return setmetatable(class, {
    __index = function(_, key) return lookup("own", key) end,
    __newindex = function(_, key, value)
      class.own[key] = value
      if type(key) == "string" and key:sub(1, 2) == "__" then instance[key] = value end
    end,
    __call = function(_, ...)
      for _, ancestor in ipairs(class.order) do
        for method in pairs(ancestor.abstract) do
          if lookup("own", method) == nil then error(name .. " does not define " .. method, 2) end
        end
      end
      local object = setmetatable({}, instance)
      local initialise = lookup("own", "init")
      if initialise then initialise(object, ...) end
      return object
    end,
    __tostring = function() return "class " .. name end,
  })
end
function Class.property(class, key, getter, setter) class.getters[key], class.setters[key] = getter, setter end
function Class.include(class, mixin)
  for key, value in pairs(mixin) do
    if key ~= "included" then class[key] = value end
  end
  if mixin.included then mixin.included(class) end
end
function Class.of(object) local meta = getmetatable(object) return meta and meta.class end
function Class.is(object, class)
  local own = Class.of(object)
  if not own then return false end
  for _, ancestor in ipairs(own.order) do if ancestor == class then return true end end
  return false
end
-- The next definition of a method after `class` in the order of the object's own class.
function Class.super(class, object, method, ...)
  local passed = false
  for _, ancestor in ipairs(Class.of(object).order) do
    if passed and ancestor.own[method] ~= nil then return ancestor.own[method](object, ...) end
    if ancestor == class then passed = true end
  end
end
local function orderOf(class)
  local names = {}
  for index, ancestor in ipairs(class.order) do names[index] = ancestor.name end
  return table.concat(names, " ")
end

-- A diamond with co-operating initialisers.
local Base = Class.define("Base")
function Base:init(log) self.log = log or {} table.insert(self.log, "Base") end
function Base:describe() return "base" end
function Base.__tostring(object) return "<" .. Class.of(object).name .. ":" .. object:describe() .. ">" end
local Left = Class.define("Left", Base)
function Left:init(log) Class.super(Left, self, "init", log) table.insert(self.log, "Left") end
function Left:describe() return "left of " .. Class.super(Left, self, "describe") end
local Right = Class.define("Right", Base)
function Right:init(log) Class.super(Right, self, "init", log) table.insert(self.log, "Right") end
function Right:describe() return "right of " .. Class.super(Right, self, "describe") end
local Bottom = Class.define("Bottom", Left, Right)
function Bottom:describe() return "bottom of " .. Class.super(Bottom, self, "describe") end
print(orderOf(Bottom))
local bottom = Bottom()
print(table.concat(bottom.log, " "), tostring(bottom), tostring(Left()), tostring(Bottom))
print(Class.is(bottom, Base), Class.is(bottom, Right), Class.is(Left(), Right), Class.is({}, Base), Class.is("text", Base))

-- Longer orders, and one that does not exist.
local O = Class.define("O")
local A, B, C, D, E = Class.define("A", O), Class.define("B", O), Class.define("C", O), Class.define("D", O), Class.define("E", O)
local K1, K2, K3 = Class.define("K1", A, B, C), Class.define("K2", D, B, E), Class.define("K3", D, A)
print(orderOf(Class.define("Z", K1, K2, K3)))
print(pcall(Class.define, "Broken", Class.define("AB", A, B), Class.define("BA", B, A)))
print(pcall(Class.define, "Upside", O, A))

-- Mixins.
local Comparable = {
  included = function(class)
    class.__lt = function(left, right) return left:compare(right) < 0 end
    class.__le = function(left, right) return left:compare(right) <= 0 end
    class.__eq = function(left, right) return left:compare(right) == 0 end
  end,
  clamp = function(self, low, high)
    if self < low then return low elseif self > high then return high end
    return self
  end,
}
local Enumerable = {
  map = function(self, action) local list = {} self:each(function(item) list[#list + 1] = action(item) end) return list end,
  reduce = function(self, action, value) self:each(function(item) value = action(value, item) end) return value end,
  includes = function(self, wanted) local found = false self:each(function(item) found = found or item == wanted end) return found end,
}
local Version = Class.define("Version")
Class.include(Version, Comparable)
Class.include(Version, Enumerable)
function Version:init(text)
  self.parts = {}
  for number in text:gmatch("%d+") do table.insert(self.parts, tonumber(number)) end
end
function Version:each(action) for _, part in ipairs(self.parts) do action(part) end end
function Version:compare(other)
  for index = 1, math.max(#self.parts, #other.parts) do
    local difference = (self.parts[index] or 0) - (other.parts[index] or 0)
    if difference ~= 0 then return difference end
  end
  return 0
end
function Version.__tostring(version) return table.concat(version.parts, ".") end
function Version.__concat(left, right) return tostring(left) .. tostring(right) end
local old, new = Version("1.9.3"), Version("1.10")
print(old < new, old > new, old == Version("1.9.3.0"), old ~= new, old <= old, tostring(Version("3.0"):clamp(old, new)), rawequal(old, Version("1.9.3")))
print("v" .. old .. " to " .. new, old:reduce(function(a, b) return a * 100 + b end, 0), new:includes(10), table.concat(old:map(function(n) return n * n end), " "))
local versions = {}
for text in ("2.0 1.9.3 1.10 1.2.1 1.2 10.0 0.1"):gmatch("%S+") do versions[#versions + 1] = Version(text) end
table.sort(versions)
local texts = {}
for index, version in ipairs(versions) do texts[index] = tostring(version) end
print(table.concat(texts, " "))

-- Inherited metamethods and properties.
local Vector = Class.define("Vector")
function Vector:init(x, y) self.x, self.y = x, y end
function Vector.__add(left, right) return Class.of(left)(left.x + right.x, left.y + right.y) end
function Vector.__mul(left, right)
  if type(left) == "number" then return right * left end
  if type(right) == "number" then return Class.of(left)(left.x * right, left.y * right) end
  return left.x * right.x + left.y * right.y
end
function Vector.__unm(vector) return vector * -1 end
function Vector.__eq(left, right) return left.x == right.x and left.y == right.y end
function Vector.__call(vector, scale) return vector * scale end
function Vector.__tostring(vector) return ("%s(%g, %g)"):format(Class.of(vector).name, vector.x, vector.y) end
Class.property(Vector, "length", function(vector) return (vector * vector) ^ 0.5 end, function(vector, length)
  local scale = length / vector.length
  vector.x, vector.y = vector.x * scale, vector.y * scale
end)
Class.property(Vector, "angle", function(vector) return math.floor(math.deg(math.atan2(vector.y, vector.x)) + 0.5) end)
local Point = Class.define("Point", Vector)
local p, q = Point(3, 4), Point(1, -1)
print(tostring(p + q), p * q, tostring(2 * p), tostring(-q), tostring(p(3)), p == Point(3, 4), p == q, p.length, q.angle)
p.length = 10
print(tostring(p), p.length)
print(pcall(function() p.angle = 90 end))
print(pcall(function() return p < q end))
print(pcall(function() return p - q end))
print(pcall(function() return p + nil end))
print(pcall(function() return p:nosuch() end))

-- Abstract methods.
local Shape = Class.define("Shape")
Shape.abstract.area = true
function Shape:compareArea(other) return self:area() > other:area() and "larger" or "not larger" end
local Square = Class.define("Square", Shape)
print(pcall(Square, 2))
function Square:init(side) self.side = side end
function Square:area() return self.side ^ 2 end
print(Square(2):compareArea(Square(1)), Square(2):compareArea(Square(3)))

-- Methods added later are seen by objects that exist; an instance may override its class.
local square = Square(5)
function Shape:double() return self:area() * 2 end
square.area = function() return 7 end
print(square:double(), Square(5):double(), rawget(square, "double"), Class.of(square) == Square)

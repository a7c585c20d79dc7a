-- Measures arithmetic, comparison and call metamethods on vectors and complex numbers.
local n = tonumber((...)) or 400000

local Vector = {}
Vector.__index = Vector
local function vector(x, y) return setmetatable({ x = x, y = y }, Vector) end
Vector.__add = function(a, b) return vector(a.x + b.x, a.y + b.y) end
Vector.__sub = function(a, b) return vector(a.x - b.x, a.y - b.y) end
Vector.__unm = function(a) return vector(-a.x, -a.y) end
Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
Vector.__lt = function(a, b) return a.x * a.x + a.y * a.y < b.x * b.x + b.y * b.y end
Vector.__mul = function(a, b)
  if type(b) == "number" then return vector(a.x * b, a.y * b) end
  return a.x * b.x + a.y * b.y
end
Vector.__call = function(self, scale) return self.x * scale + self.y end

local Complex = {}
local function complex(re, im) return setmetatable({ re, im }, Complex) end
Complex.__add = function(a, b) return complex(a[1] + b[1], a[2] + b[2]) end
Complex.__mul = function(a, b) return complex(a[1] * b[1] - a[2] * b[2], a[1] * b[2] + a[2] * b[1]) end

-- A proxy with a function as __index and as __newindex.
local reads, writes, store = 0, 0, {}
local proxy = setmetatable({}, {
  __index = function(_, key) reads = reads + 1 return store[key] or 0 end,
  __newindex = function(_, key, value) writes = writes + 1 store[key] = value end,
})

local position, velocity, equal, below = vector(0, 0), vector(1, 2), 0, 0
local z, c, spins = complex(0, 0), complex(-0.4, 0.6), 0
for i = 1, n do
  position = position + velocity * 2 - -velocity
  if position == velocity then equal = equal + 1 end
  if position < velocity then below = below + 1 end
  if position * velocity > 1000 then position = vector(-2 - i % 2, -4) end
  z = z * z + c
  if z[1] * z[1] + z[2] * z[2] > 4 then z, spins = complex(0, 0), spins + 1 end
  proxy[i % 16] = proxy[i % 16] + velocity(2) % 3
end
print("metamethods", n, position.x, position.y, equal, below, spins, reads, writes, store[3])

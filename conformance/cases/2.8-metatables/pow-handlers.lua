-- __pow: which operand's handler runs, what it is given, and how its results are adjusted
local function show(v) return type(v) == "table" and v.name or type(v) == "function" and "function" or tostring(v) end
local function class(name)
  return { __pow = function(...)
    local arguments = { ... }
    for i = 1, select("#", ...) do arguments[i] = show(arguments[i]) end
    print(name, select("#", ...), unpack(arguments))
    return name .. "-result", "extra"
  end }
end
local A, B = class "A", class "B"
local a, b = setmetatable({ name = "a" }, A), setmetatable({ name = "b" }, B)
local plain = { name = "plain" }
print(a ^ b) print(b ^ a) print(a ^ a)
print(a ^ 1) print(1 ^ a) print(a ^ "s") print("s" ^ a) print("5" ^ a)
print(a ^ nil) print(nil ^ a) print(a ^ true) print(false ^ a)
print(a ^ plain) print(plain ^ b)
print(a ^ print == "A-result", (a ^ b))
local r1, r2 = a ^ b
print(r1, r2)
print((function() return a ^ 2 end)())
print(select("#", a ^ 1, a ^ 2))
local t = { a ^ 1, 2 ^ a }
print(#t, t[1], t[2])
print(pcall(function() return plain ^ 1 end))
print(pcall(function() return plain ^ plain end))
A.__pow = nil
print(a ^ b, b ^ a)
print(pcall(function() return a ^ 1 end))
A.__pow = false
print(pcall(function() return a ^ 1 end))
A.__pow = setmetatable({}, { __call = function(self, x, y) print("called", show(x), show(y)) return 99 end })
print(a ^ 1, 1 ^ a)
A.__pow = function() error("from handler", 0) end
print(pcall(function() return a ^ b end))
A.__pow = function() end
print(a ^ 1)

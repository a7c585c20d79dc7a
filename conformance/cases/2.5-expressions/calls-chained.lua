local function adder(n) return function(m) return m and adder(n + m) or n end end
function adder(n) return function(m) return m and adder(n + m) or n end end
print(adder(1)(2)(3)())
local b = setmetatable({ parts = {} }, {}) function b:add(x) self.parts[#self.parts + 1] = x return self end function b:get() return table.concat(self.parts) end
print(b:add "a":add "b":add("c"):get())
print(({ f = function() return { g = function() return { "deep" } end } end }).f().g()[1])
print((("%d-%s"):format(5, "x")):upper():lower():rep(2))
local function id(...) return ... end print(id(id)(id)(id)(7), id(id(id(1, 2))))
print(string.rep("ab", 3):sub(2, 4):byte(1, -1))

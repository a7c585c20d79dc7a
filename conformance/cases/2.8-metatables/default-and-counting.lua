local function with_default(t, default) return setmetatable(t, { __index = function() return default end }) end
local counts = with_default({}, 0)
for w in ("a b a c a b"):gmatch("%a") do counts[w] = counts[w] + 1 end
print(counts.a, counts.b, counts.c, counts.d, rawget(counts, "d"))
local auto = setmetatable({}, { __index = function(t, k) local v = {} rawset(t, k, v) return v end })
auto.x.y = 1
auto.x.z = 2
print(auto.x.y, auto.x.z, rawget(auto, "w"))

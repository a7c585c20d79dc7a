local names = { "add", "sub", "mul", "div", "mod", "pow" }
local mt = {}
for _, name in ipairs(names) do
  mt["__" .. name] = function(a, b) return name .. ":" .. type(a) .. ":" .. type(b) end
end
mt.__unm = function(a, b) return "unm:" .. type(a) .. ":" .. tostring(rawequal(a, b)) end
local t = setmetatable({}, mt)
print(t + 1, 1 + t, t + t, t + "x", "x" + t)
print(t - 1, t * 2, 3 / t, t % 4, 2 ^ t)
print(-t, t + nil, false - t)

local function t(f, ...)
  local function collect(...) local out = {} for i = 1, select("#", ...) do local v = select(i, ...) out[i] = type(v) == "number" and string.format("%.17g", v) or tostring(v) end print(table.concat(out, " ")) end
  collect(pcall(f, ...))
end
local values = {0, -0, 1, -1, 0.5, -0.5, 2, 10, -3.7, 3.2, 1e10, 1e300, -1e300, 1/0, -1/0, 5e-324, 100.5}
for _, name in ipairs{"abs", "acos", "asin", "atan", "ceil", "cos", "cosh", "deg", "exp", "floor", "frexp", "log", "log10", "modf", "rad", "sin", "sinh", "sqrt", "tan", "tanh"} do
  for _, v in ipairs(values) do io.write(name, " ") t(math[name], v) end
  t(math[name]) t(math[name], "x") t(math[name], "0.25")
end
for _, name in ipairs{"atan2", "fmod", "pow", "max", "min", "mod"} do
  for _, a in ipairs{0, 1, -1, 5.5, -7, 1e10, 1/0} do for _, b in ipairs{0, 1, -2, 3, 0.5, -1/0} do io.write(name, " ") t(math[name], a, b) end end
  t(math[name], 1) t(math[name]) t(math[name], 1, "x")
end
for _, e in ipairs{0, 1, -1, 10, 1023, 1024, 1025, -1022, -1074, -1075, 2000, -2000, 2^31, 3.9} do t(math.ldexp, 0.75, e) end t(math.ldexp, 0, 5) t(math.ldexp, 1/0, -5) t(math.ldexp, 1)
t(math.max, 3, 1, 2) t(math.min, 3, 1, 2) t(math.max, 1, 0/0) t(math.max, 0/0, 1) print(math.pi, math.huge, -math.huge) print(math.mod == math.fmod)
for i = 1, 10 do io.write(math.random(100), " ") end print() for i = 1, 5 do io.write(math.random(), " ") end print() math.randomseed(42) for i = 1, 5 do io.write(math.random(-5, 5), " ") end print() math.randomseed(0) print(math.random(1000)) math.randomseed(-5) print(math.random(1000), math.random(7, 7)) math.randomseed(2^31) print(math.random(1000))
t(math.random, 0) t(math.random, 2, 1) t(math.random, 1, 2, 3) t(math.random, "x") t(math.randomseed)

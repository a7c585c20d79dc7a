local function hook(e, l)
  local i = debug.getinfo(2, "Sln")
  local t = {}
  for k = 1, 3 do local x = debug.getinfo(1 + k, "Sl") t[#t+1] = x and (x.what .. ":" .. x.currentline) or "-" end
  io.write(e, " ", tostring(l), " ", table.concat(t, " "), " ", tostring(i and i.name), "\n")
end
local function run(mask, f, ...)
  io.write("-- ", mask, "\n")
  debug.sethook(hook, mask)
  local r = {pcall(f, ...)}
  debug.sethook()
  print(unpack(r))
end
local function a(...)
  return select(
    2,
    ...
  )
end
local function b()
  return tostring(
   1
  )
end
local function c()
  return b()
end
local function d(...)
  return c(
   ...
  )
end
local function e()
  return error(
   "x"
  )
end
local function y()
  return coroutine.yield(
    1
  )
end
for _, m in ipairs { "l", "r", "c", "crl" } do
  run(m, a, 1, 2, 3)
  run(m, b)
  run(m, c)
  run(m, d)
  run(m, e)
  run(m, pcall,
    b)
end
local function h(m)
  return debug.sethook(
   hook, m
  )
end
h("l")
h("r")
h("crl")
debug.sethook()
local co = coroutine.create(function() debug.sethook(hook, "crl") return y() end)
print(coroutine.resume(co)) print(coroutine.resume(co, 5, 6)) print(coroutine.resume(co))
local t = setmetatable({}, { __call = function(_, x) return print(
  x) end })
local function k() return t(
  1) end
run("crl", k)
local t = setmetatable({}, { __index = function(t, k) return rawget(
  t, k) end })
run("crl", function() return t.x end)
local t = setmetatable({}, { __lt = function(t, k) return rawequal(
  t, k) end })
run("crl", function() return t < setmetatable({}, getmetatable(t)) end)

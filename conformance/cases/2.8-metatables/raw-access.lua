local t = setmetatable({}, {
  __index = function() return "index" end,
  __newindex = function() error("newindex") end,
  __eq = function() return true end,
})
print(rawget(t, "x"), t.x)
print(rawset(t, "x", 1) == t, rawget(t, "x"))
print(rawequal(t, setmetatable({}, getmetatable(t))), t == setmetatable({}, getmetatable(t)))
print(next(t))
for k, v in pairs(t) do print(k, v) end
print(pcall(rawget, 1, 2), pcall(rawset, "s", 1, 2))

setmetatable(_G, {
  __index = function(_, name) return "<" .. name .. ">" end,
  __newindex = function(t, name, value) rawset(t, name, value .. "!") end,
})
print(missing, other)
fresh = "set"
print(fresh, rawget(_G, "fresh"))
setmetatable(_G, nil)
print(missing, fresh)

-- Weak values to a dying userdata go before it is finalised, weak keys after.
local keys, values = setmetatable({}, { __mode = "k" }), setmetatable({}, { __mode = "v" })
local seen
do
  local u = newproxy(true)
  keys[u], values[1] = "kept", u
  getmetatable(u).__gc = function(self) seen = { keys[self], values[1] } end
end
collectgarbage()
print(seen[1], seen[2])
collectgarbage()
print(next(keys), next(values))

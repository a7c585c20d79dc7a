local Emitter = {}
Emitter.__index = Emitter
function Emitter.new() return setmetatable({ handlers = {} }, Emitter) end
function Emitter:on(name, f)
  local list = self.handlers[name] or {}
  self.handlers[name] = list
  list[#list + 1] = f
  return function() for i, g in ipairs(list) do if g == f then return table.remove(list, i) end end end
end
function Emitter:emit(name, ...)
  local count = 0
  for _, f in ipairs(self.handlers[name] or {}) do
    local ok, message = pcall(f, ...)
    if ok then count = count + 1 else print("handler failed: " .. message) end
  end
  return count
end
local e = Emitter.new()
local off = e:on("x", function(a, b) print("one", a, b) end)
e:on("x", function() error("broken", 0) end)
e:on("x", function(...) print("three", select("#", ...)) end)
print(e:emit("x", 1, 2))
off()
print(e:emit("x", nil, nil, nil), e:emit("y"))

-- At its call a function that is tail-called still has its caller above it; the last tail return knows the name again.
local log = {}
local function hook(event)
  local info = debug.getinfo(2, "nS")
  local above = debug.getinfo(3, "nS")
  log[#log + 1] = table.concat({ event, info.namewhat, tostring(info.name), info.linedefined, above.what, above.linedefined }, " ")
  if event == "call" and info.what == "Lua" and info.linedefined < 28 then
    local name, value = debug.getlocal(2, 1)
    log[#log] = log[#log] .. " " .. tostring(name) .. "=" .. (type(value) == "table" and "table" or tostring(value))
  end
end
local function show(name, f, ...)
  log = {}
  debug.sethook(hook, "cr")
  f(...)
  debug.sethook()
  print(name) print(table.concat(log, "\n"))
end
local function leaf(a, b) local c = a return c end
local t = { leaf = leaf }
local function field(n) return t.leaf(n) end
local function method(n) return t:leaf(n) end
local function chain(n) if n == 0 then return leaf(1) end return chain(n - 1) end
local function vararg(...) return leaf(...) end
local function tovararg(n) local function v(p, ...) return p, ... end return v(n, 1, 2, 3) end
local object = setmetatable({}, { __call = function(self, x) return x end })
local function called(n) return object(n) end
local function missing() return leaf() end
local function native(n) return tostring(n) end
show("field", field, 5) show("method", method, 5) show("chain", chain, 3) show("vararg", vararg, 7, 8, 9)
show("tovararg", tovararg, 4) show("object", called, 6) show("missing", missing) show("native", native, 2)
print((debug.traceback("no hook")))
local depth = 0
debug.sethook(function() depth = depth + 1 if depth == 4 then print((debug.traceback("in hook"))) end end, "c")
chain(4)
debug.sethook()
local ok, message = pcall(function()
  debug.sethook(function(event) if debug.getinfo(2, "n").name == "leaf" then debug.sethook() error("from hook", 0) end end, "c")
  return field(1)
end)
print(ok, message)

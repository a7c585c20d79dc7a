-- > over tables: which of __lt, __le and __eq runs, on which operands, in which order
local function show(v) return type(v) == "table" and v.name or tostring(v) end
local result = true
local function handler(name)
  return function(...) print(name, select("#", ...), show((...)), show((select(2, ...)))) return result end
end
local full = { __lt = handler "full.lt", __le = handler "full.le", __eq = handler "full.eq" }
local only_lt = { __lt = handler "only.lt" }
local shared = { __lt = full.__lt, __le = full.__le, __eq = full.__eq }
local function new(name, meta) return setmetatable({ name = name }, meta) end
local a, b = new("a", full), new("b", full)
local c, d = new("c", only_lt), new("d", only_lt)
local s, plain = new("s", shared), { name = "plain" }
local function try(x, y)
  print(show(x) .. " > " .. show(y), pcall(function() return x > y end))
  print(pcall(function() if x > y then return "then" else return "else" end end))
end
for _, value in ipairs { true, false, 0, "" } do
  result = value
  print("-- handlers return", value == "" and "the empty string" or value)
  try(a, b) try(b, a) try(a, a) try(a, s) try(c, d) try(a, c) try(c, a)
end
result = nil
try(a, b) try(c, d)
try(a, 1) try(1, a) try(a, "x") try(a, nil) try(plain, a) try(a, plain) try(plain, { name = "other" }) try(plain, plain)
full.__lt, full.__le, full.__eq = nil, nil, nil
try(a, b)

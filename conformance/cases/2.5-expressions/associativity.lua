print(2 ^ 2 ^ 3, 10 - 5 - 2, 100 / 10 / 5, "a" .. "b" .. "c")
local log = {}
local mt = { __concat = function(a, b)
  local name = (type(a) == "table" and a.name or a) .. "," .. (type(b) == "table" and b.name or b)
  log[#log + 1] = name
  return setmetatable({ name = "(" .. name .. ")" }, getmetatable(type(a) == "table" and a or b))
end }
local function v(name) return setmetatable({ name = name }, mt) end
print((v "a" .. v "b" .. v "c").name, table.concat(log, " "))

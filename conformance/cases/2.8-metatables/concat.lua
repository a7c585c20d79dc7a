local mt = { __concat = function(a, b)
  local function show(v) return type(v) == "table" and "T" or tostring(v) end
  return show(a) .. "&" .. show(b)
end }
local t = setmetatable({}, mt)
print(t .. "x", "x" .. t, t .. t, 1 .. t, t .. 2)
print("a" .. "b" .. t, t .. "a" .. "b", "a" .. t .. "b", "a" .. "b" .. t .. "c" .. "d")
print(t .. nil, pcall(function() return {} .. "x" end))

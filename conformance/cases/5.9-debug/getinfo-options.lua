local function f() end
for _, o in ipairs{"n", "S", "l", "u", "f", "L", "nSlufL", ""} do
  local t, keys = debug.getinfo(f, o), {}
  for k in pairs(t) do keys[#keys+1] = k end
  table.sort(keys)
  print(o, table.concat(keys, " "))
end

-- Exactly these names, and each a function unless told otherwise.
for _, name in ipairs { "coroutine", "math", "string", "table" } do
  local members = {}
  for key, value in pairs(_G[name]) do members[#members + 1] = key .. (type(value) == "function" and "" or ":" .. type(value)) end
  table.sort(members)
  print(name, #members, table.concat(members, " "))
end

for _, guard in ipairs { "text", 5, true, {}, print } do
  local t = setmetatable({}, { __metatable = guard })
  print(type(guard), getmetatable(t) == guard, pcall(setmetatable, t, {}))
  print("", pcall(setmetatable, t, nil))
end
local t = setmetatable({}, { __metatable = false })
print(getmetatable(t), pcall(setmetatable, t, {}))
local string_meta = getmetatable("")
string_meta.__metatable = "locked"
print(getmetatable("x"))
string_meta.__metatable = nil
print(getmetatable("x") == string_meta)

local cache = setmetatable({}, { __mode = "v" })
local made = 0
local function get(name)
  local object = cache[name]
  if not object then
    made = made + 1
    object = { name = name }
    cache[name] = object
  end
  return object
end
local a = get("a")
collectgarbage() collectgarbage()
print(get("a") == a, made)
a = nil
collectgarbage() collectgarbage()
print(get("a").name, made)

local function serialise(value, indent)
  indent = indent or ""
  if type(value) == "string" then return ("%q"):format(value) end
  if type(value) ~= "table" then return tostring(value) end
  local keys = {}
  for k in pairs(value) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b)
    if type(a) == type(b) then return a < b end
    return type(a) == "number"
  end)
  local out = {}
  for _, k in ipairs(keys) do
    local name = type(k) == "string" and k:match("^[%a_][%w_]*$") or "[" .. serialise(k) .. "]"
    out[#out + 1] = indent .. "  " .. name .. " = " .. serialise(value[k], indent .. "  ")
  end
  return "{\n" .. table.concat(out, ",\n") .. "\n" .. indent .. "}"
end
local text = serialise { 1, "two", { x = true, ["a b"] = 2.5 }, name = "n\"q", [10] = false }
print(text)
local copy = loadstring("return " .. text)()
print(copy[3]["a b"], copy.name, copy[10], serialise(copy) == text)

-- A function with ... has a local arg: a table of the extra arguments, or nil if the function uses ... itself.
local function locals(level)
  local out = {}
  for n = 1, 9 do
    local name, value = debug.getlocal(level + 1, n)
    if not name or name:sub(1, 1) == "(" then break end
    if type(value) == "function" then
      value = "function"
    elseif type(value) == "table" then
      value = "{" .. value.n .. ":" .. table.concat(value, ",") .. "}"
    end
    out[#out + 1] = name .. "=" .. tostring(value)
  end
  return table.concat(out, " ")
end
local function unmentioned(a, ...)
  local b = 2
  print(locals(1))
  return b
end
unmentioned(1)
unmentioned(1, "x", "y")
local function dots(a, ...)
  local b = ...
  print(locals(1))
  return b
end
dots(1, "x", "y")
local function mentioned(...)
  arg.n = arg.n + 1
  print(locals(1))
  return arg
end
mentioned("x")
local function set(...)
  local b = 1
  print(debug.setlocal(1, 1, "new"), debug.setlocal(1, 2, "second"))
  return b
end
print(set(1))
local main = loadstring("local a = 1; return (...)(2)")
print(main(locals))

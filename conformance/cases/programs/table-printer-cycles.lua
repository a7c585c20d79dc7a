-- Prints tables in an order of its own, marks shared ones and cycles, and writes Lua source that builds the same graph again.
local rank = { boolean = 1, number = 2, string = 3, table = 4, ["function"] = 5 }
local function before(a, b)
  local left, right = type(a), type(b)
  if left ~= right then return (rank[left] or 9) < (rank[right] or 9) end
  if left == "number" or left == "string" then return a < b end
  if left == "boolean" then return not a and b end
  return false
end
local function sortedKeys(object)
  local keys = {}
  for key in pairs(object) do keys[#keys + 1] = key end
  table.sort(keys, before)
  return keys
end
local words = {}
for word in ("and break do else elseif end false for function if in local nil not or repeat return then true until while"):gmatch("%a+") do words[word] = true end
local function isName(key) return type(key) == "string" and key:find("^[%a_][%w_]*$") and not words[key] end

local function atom(value)
  if type(value) == "string" then return (string.format("%q", value):gsub("\\\n", "\\n"):gsub("[%c\127-\255]", function(c) return ("\\%03d"):format(c:byte()) end)) end
  if type(value) == "number" then
    if value ~= value then return "0/0" end
    if value == math.huge then return "1/0" end
    if value == -math.huge then return "-1/0" end
    return string.format(value == math.floor(value) and math.abs(value) < 1e15 and "%d" or "%.17g", value)
  end
  if type(value) == "function" then return "<function>" end
  return tostring(value)
end

-- How many times each table is reached.
local function survey(root)
  local counts, stack = {}, { root }
  while #stack > 0 do
    local value = table.remove(stack)
    if type(value) == "table" then
      counts[value] = (counts[value] or 0) + 1
      if counts[value] == 1 then
        for key, item in pairs(value) do
          stack[#stack + 1] = key
          stack[#stack + 1] = item
        end
      end
    end
  end
  return counts
end

local function pretty(root, width)
  local counts, marks, number = survey(root), {}, 0
  local function render(value, indent)
    if type(value) ~= "table" then return atom(value) end
    if marks[value] then return "&" .. marks[value] end
    local prefix = ""
    if counts[value] > 1 then
      number = number + 1
      marks[value] = number
      prefix = "*" .. number .. " "
    end
    local meta = getmetatable(value)
    if type(meta) == "table" and type(meta.__tostring) == "function" then return prefix .. "<" .. tostring(value) .. ">" end
    local parts, listed, length = {}, {}, 0
    for index, item in ipairs(value) do
      parts[#parts + 1] = render(item, indent + 2)
      listed[index] = true
      length = length + #parts[#parts] + 2
    end
    for _, key in ipairs(sortedKeys(value)) do
      if not listed[key] then
        local left = isName(key) and key or "[" .. render(key, indent + 2) .. "]"
        parts[#parts + 1] = left .. " = " .. render(value[key], indent + 2)
        length = length + #parts[#parts] + 2
      end
    end
    if length + indent <= (width or 60) and not table.concat(parts):find("\n") then return prefix .. "{" .. table.concat(parts, ", ") .. "}" end
    local blank = (" "):rep(indent + 2)
    return prefix .. "{\n" .. blank .. table.concat(parts, ",\n" .. blank) .. "\n" .. (" "):rep(indent) .. "}"
  end
  return render(root, 0)
end

-- Source with a local for each table: first all are made, then their fields are filled in, so that cycles are no matter.
local function source(root)
  local numbers, order, lines = {}, {}, {}
  local function number(value)
    if type(value) == "function" or type(value) == "thread" then error("cannot write a " .. type(value), 0) end
    if type(value) ~= "table" or numbers[value] then return end
    order[#order + 1] = value
    numbers[value] = #order
    for _, key in ipairs(sortedKeys(value)) do
      number(key)
      number(value[key])
    end
  end
  number(root)
  local function reference(value) return numbers[value] and "t[" .. numbers[value] .. "]" or atom(value) end
  lines[1] = "local t = {} for i = 1, " .. #order .. " do t[i] = {} end"
  for _, object in ipairs(order) do
    for _, key in ipairs(sortedKeys(object)) do
      lines[#lines + 1] = string.format("%s[%s] = %s", reference(object), reference(key), reference(object[key]))
    end
    local meta = getmetatable(object)
    if meta then lines[#lines + 1] = "-- " .. reference(object) .. " had a metatable" end
  end
  lines[#lines + 1] = "return " .. reference(root)
  return table.concat(lines, "\n")
end

-- The same shape, with cycles: a pairing of tables that must stay one to one.
local function same(left, right)
  local pairing, back = {}, {}
  local function compare(a, b)
    if type(a) ~= "table" or type(b) ~= "table" then return a == b or (a ~= a and b ~= b) end
    if pairing[a] or back[b] then return pairing[a] == b and back[b] == a end
    pairing[a], back[b] = b, a
    local mine, theirs = sortedKeys(a), sortedKeys(b)
    if #mine ~= #theirs then return false end
    for index, key in ipairs(mine) do
      if not compare(key, theirs[index]) or not compare(a[key], b[theirs[index]]) then return false end
    end
    return true
  end
  return compare(left, right)
end

local function show(title, value)
  print("-- " .. title)
  print(pretty(value))
  local ok, text = pcall(source, value)
  if not ok then
    print("source:", text)
    return
  end
  local again = assert(loadstring(text, "=" .. title))()
  print("again", same(value, again), pretty(again) == pretty(value), select(2, text:gsub("\n", "\n")))
end

show("atoms", { 1, -2.5, 1e100, 0.1, 2 ^ 53, "text", true, false })
show("odd numbers", { math.huge, -math.huge, 0 / 0 })
show("strings", { "", "a\nb", "\0\1\200", 'quo"te', "back\\slash", "tab\t", "\r" })
show("keys", { name = 1, ["end"] = 2, ["two words"] = 3, [1.5] = 4, [true] = 5, [10] = 6, [-1] = 7, _under = 8, [""] = 9 })
show("empty", {})
show("list with a hole", { 1, 2, nil, 4 })
show("wide", { matrix = { { 1, 2, 3 }, { 4, 5, 6 } }, title = ("long "):rep(8), nested = { deeper = { deepest = { "bottom" } } } })
local self = { name = "me" }
self.self = self
show("itself", self)
local shared = { "shared" }
show("shared", { a = shared, b = shared, c = { shared } })
local a, b = { name = "a" }, { name = "b" }
a.next, b.next, a.list = b, a, { a, b }
show("ring", a)
local key = { "key" }
show("table as a key", { [key] = key })
local chain = {}
for _ = 1, 12 do chain = { chain } end
show("nested", chain)
show("function", { action = print, list = { 1 } })
show("metatable", setmetatable({ 1 }, { __tostring = function() return "an object" end }))
print(source(a))

print(same({ 1, { 2 } }, { 1, { 2 } }), same({ 1 }, { 1, 2 }), same({ x = {} }, { x = 1 }), same(a, b), same(a, a))
local left, right, item = {}, {}, {}
left[1], left[2] = item, item
right[1], right[2] = {}, {}
print(same(left, right), same(left, { item, item }), same(right, { {}, {} }))
local long = {}
for index = 1, 40 do long[index] = index % 3 == 0 and { index } or index end
print(pretty(long, 100))

-- A B-tree of minimal degree t with insertion, deletion, ranges and a check of its own rules, against a sorted list.
local Tree = {}
Tree.__index = Tree
function Tree.new(degree, before)
  return setmetatable({ t = degree, before = before or function(a, b) return a < b end, root = { keys = {}, values = {} }, size = 0 }, Tree)
end

-- The first position whose key is not before `key`, and whether it is equal.
function Tree:find(node, key)
  local low, high = 1, #node.keys + 1
  while low < high do
    local middle = math.floor((low + high) / 2)
    if self.before(node.keys[middle], key) then low = middle + 1 else high = middle end
  end
  return low, low <= #node.keys and not self.before(key, node.keys[low])
end
function Tree:get(key)
  local node = self.root
  while node do
    local index, equal = self:find(node, key)
    if equal then return node.values[index] end
    node = node.children and node.children[index]
  end
end

function Tree:splitChild(parent, index)
  local t, child = self.t, parent.children[index]
  local right = { keys = {}, values = {}, children = child.children and {} }
  for position = t + 1, 2 * t - 1 do
    right.keys[position - t], child.keys[position] = child.keys[position], nil
    right.values[position - t], child.values[position] = child.values[position], nil
  end
  if child.children then
    for position = t + 1, 2 * t do right.children[position - t], child.children[position] = child.children[position], nil end
  end
  table.insert(parent.keys, index, table.remove(child.keys))
  table.insert(parent.values, index, table.remove(child.values))
  table.insert(parent.children, index + 1, right)
end
function Tree:set(key, value)
  if #self.root.keys == 2 * self.t - 1 then
    self.root = { keys = {}, values = {}, children = { self.root } }
    self:splitChild(self.root, 1)
  end
  local node = self.root
  while true do
    local index, equal = self:find(node, key)
    if equal then
      node.values[index] = value
      return false
    end
    if not node.children then
      table.insert(node.keys, index, key)
      table.insert(node.values, index, value)
      self.size = self.size + 1
      return true
    end
    if #node.children[index].keys == 2 * self.t - 1 then
      self:splitChild(node, index)
    else
      node = node.children[index]
    end
  end
end

local function move(from, fromIndex, to, toIndex)
  table.insert(to.keys, toIndex, table.remove(from.keys, fromIndex))
  table.insert(to.values, toIndex, table.remove(from.values, fromIndex))
end
function Tree:merge(parent, index)
  local left, right = parent.children[index], table.remove(parent.children, index + 1)
  move(parent, index, left, #left.keys + 1)
  while #right.keys > 0 do move(right, 1, left, #left.keys + 1) end
  for _, child in ipairs(right.children or {}) do table.insert(left.children, child) end
  return left
end
-- Makes sure that the child has a key to spare; returns the node to go on in.
function Tree:fill(parent, index)
  local child = parent.children[index]
  if #child.keys >= self.t then return child end
  local left, right = parent.children[index - 1], parent.children[index + 1]
  if left and #left.keys >= self.t then
    move(parent, index - 1, child, 1)
    move(left, #left.keys, parent, index - 1)
    if child.children then table.insert(child.children, 1, table.remove(left.children)) end
  elseif right and #right.keys >= self.t then
    move(parent, index, child, #child.keys + 1)
    move(right, 1, parent, index)
    if child.children then table.insert(child.children, table.remove(right.children, 1)) end
  else
    child = self:merge(parent, right and index or index - 1)
  end
  return child
end
function Tree:delete(node, key)
  local index, equal = self:find(node, key)
  if not node.children then
    if not equal then return false end
    table.remove(node.keys, index)
    table.remove(node.values, index)
    return true
  end
  if not equal then return self:delete(self:fill(node, index), key) end
  local left, right = node.children[index], node.children[index + 1]
  if #left.keys >= self.t then
    local last = left
    while last.children do last = last.children[#last.children] end
    node.keys[index], node.values[index] = last.keys[#last.keys], last.values[#last.values]
    return self:delete(left, node.keys[index])
  elseif #right.keys >= self.t then
    local first = right
    while first.children do first = first.children[1] end
    node.keys[index], node.values[index] = first.keys[1], first.values[1]
    return self:delete(right, node.keys[index])
  end
  return self:delete(self:merge(node, index), key)
end
function Tree:remove(key)
  local removed = self:delete(self.root, key)
  if #self.root.keys == 0 and self.root.children then self.root = self.root.children[1] end
  if removed then self.size = self.size - 1 end
  return removed
end

function Tree:range(low, high)
  local function walk(node)
    local index = low ~= nil and self:find(node, low) or 1
    while true do
      if node.children then walk(node.children[index]) end
      local key = node.keys[index]
      if key == nil or (high ~= nil and self.before(high, key)) then return end
      coroutine.yield(key, node.values[index])
      index = index + 1
    end
  end
  return coroutine.wrap(function() walk(self.root) end)
end

function Tree:check()
  local depthOfLeaves, count, last = nil, 0, nil
  local function visit(node, depth)
    local keys = #node.keys
    if keys ~= #node.values then return error("values do not go with keys", 0) end
    if keys > 2 * self.t - 1 or (node ~= self.root and keys < self.t - 1) then error("a node of " .. keys .. " keys", 0) end
    if node.children then
      if #node.children ~= keys + 1 then error("children do not go with keys", 0) end
    else
      depthOfLeaves = depthOfLeaves or depth
      if depth ~= depthOfLeaves then error("leaves at different depths", 0) end
    end
    for index = 1, keys + 1 do
      if node.children then visit(node.children[index], depth + 1) end
      if index <= keys then
        if last ~= nil and not self.before(last, node.keys[index]) then error("keys out of order", 0) end
        last, count = node.keys[index], count + 1
      end
    end
  end
  local ok, message = pcall(visit, self.root, 1)
  if not ok then return message end
  return count == self.size and "sound, depth " .. depthOfLeaves or "size is wrong"
end
local function show(node)
  local parts = {}
  for index = 1, #node.keys + 1 do
    if node.children then parts[#parts + 1] = show(node.children[index]) end
    parts[#parts + 1] = node.keys[index] and tostring(node.keys[index]) or nil
  end
  return "(" .. table.concat(parts, " ") .. ")"
end

local tree = Tree.new(2)
for n = 1, 12 do tree:set(n, n * n) end
print(show(tree.root), tree:check(), tree:get(7), tree:get(13))
for _, n in ipairs({ 4, 8, 1, 12, 6, 99 }) do print(n, tree:remove(n), show(tree.root), tree:check()) end
print(tree:set(5, "five"), tree:get(5), tree.size)
for n = 1, 12 do tree:remove(n) end
print(show(tree.root), tree.size, tree:check(), tree:remove(1))

local words = Tree.new(3, function(a, b) return a:lower() < b:lower() end)
for word in ("the Quick brown fox jumps over The lazy dog while Dogs sleep and foxes run"):gmatch("%a+") do words:set(word, (words:get(word) or 0) + 1) end
local function list(from, to)
  local out = {}
  for key, value in words:range(from, to) do out[#out + 1] = key .. "=" .. value end
  return table.concat(out, " ")
end
print(words.size, words:check())
print(list())
print(list("d", "g"))
print(list("fox", "fox"))
print(list("x"), list(nil, "b"), list("m", "c") == "")

-- Against a plain table, for several degrees.
local seed = 1
local function random(limit) seed = (seed * 16807) % 2147483647 return seed % limit end
for _, degree in ipairs({ 2, 3, 5, 16 }) do
  local subject, model, sound, agree = Tree.new(degree), {}, true, true
  for step = 1, 1500 do
    local key = random(400)
    if random(5) < (step < 800 and 3 or 2) then
      agree = agree and subject:set(key, step) == (model[key] == nil)
      model[key] = step
    else
      agree = agree and subject:remove(key) == (model[key] ~= nil)
      model[key] = nil
    end
    if step % 50 == 0 then sound = sound and subject:check():find("^sound") ~= nil end
  end
  local sorted = {}
  for key in pairs(model) do sorted[#sorted + 1] = key end
  table.sort(sorted)
  local index = 0
  for key, value in subject:range() do
    index = index + 1
    agree = agree and key == sorted[index] and value == model[key]
  end
  local between = 0
  for _ in subject:range(100.5, 199) do between = between + 1 end
  local expected = 0
  for _, key in ipairs(sorted) do if key >= 100.5 and key <= 199 then expected = expected + 1 end end
  print(degree, subject:check(), subject.size == #sorted and index == #sorted, sound, agree, between == expected)
end

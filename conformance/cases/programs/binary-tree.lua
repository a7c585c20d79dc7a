local Tree = {}
Tree.__index = Tree
function Tree.new() return setmetatable({ size = 0 }, Tree) end
function Tree:insert(key)
  local node, field, at = self, "root", self.root
  while at do
    if key == at.key then return false end
    node, field = at, key < at.key and "left" or "right"
    at = node[field]
  end
  node[field] = { key = key }
  self.size = self.size + 1
  return true
end
function Tree:walk()
  local function visit(node)
    if node then
      visit(node.left)
      coroutine.yield(node.key)
      visit(node.right)
    end
  end
  return coroutine.wrap(function() visit(self.root) end)
end
local t = Tree.new()
for _, k in ipairs { 5, 2, 8, 1, 9, 3, 5, 7 } do t:insert(k) end
local out = {}
for k in t:walk() do out[#out + 1] = k end
print(table.concat(out, " "), t.size, t:insert(2), t:insert(4))
local words = Tree.new()
for w in ("the cat sat on the mat with a hat"):gmatch("%a+") do words:insert(w) end
out = {}
for w in words:walk() do out[#out + 1] = w end
print(table.concat(out, " "))

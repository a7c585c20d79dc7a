-- Measures allocation and collection of many small tables with short lives.
local depth = tonumber((...)) or 16

local function build(level)
  if level == 0 then return {} end
  return { build(level - 1), build(level - 1) }
end

local function count(node)
  local left = node[1]
  if not left then return 1 end
  return 1 + count(left) + count(node[2])
end

local kept = build(depth)
local total = 0
for level = 4, depth, 3 do
  local rounds = 2 ^ (depth - level + 2)
  for _ = 1, rounds do total = total + count(build(level)) end
end
print("binary_trees", depth, total, count(kept))

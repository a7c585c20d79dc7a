-- What can be reached from a node: sets of neighbours at KEYS[1]..node. ARGV: start, most steps, most nodes.
-- Breadth first with sorted neighbours, so that the reply does not depend on the order of sets.
local prefix, start = KEYS[1], ARGV[1]
local depth_limit, node_limit = tonumber(ARGV[2]) or 3, tonumber(ARGV[3]) or 100
local seen, order, parent = { [start] = 0 }, { start }, {}
local head = 1
while head <= #order and #order < node_limit do
  local node = order[head]
  head = head + 1
  if seen[node] < depth_limit then
    local neighbours = redis.call("SMEMBERS", prefix .. node)
    table.sort(neighbours)
    for _, neighbour in ipairs(neighbours) do
      if not seen[neighbour] and #order < node_limit then
        seen[neighbour] = seen[node] + 1
        parent[neighbour] = node
        order[#order + 1] = neighbour
      end
    end
  end
end
local reply = {}
for i, node in ipairs(order) do
  local path, step = { node }, parent[node]
  while step do
    table.insert(path, 1, step)
    step = parent[step]
  end
  reply[i] = { node, seen[node], table.concat(path, ">") }
end
return reply

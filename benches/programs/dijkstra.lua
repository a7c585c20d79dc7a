-- Measures shortest paths on a grid graph with a binary heap of entries.
local side = tonumber((...)) or 470

local function cost(x, y) return (x * 7919 + y * 104729 + x * y) % 9 + 1 end

local heap, size = {}, 0

local function push(priority, node)
  size = size + 1
  local at = size
  while at > 1 do
    local parent = (at - at % 2) / 2
    if heap[parent][1] <= priority then break end
    heap[at] = heap[parent]
    at = parent
  end
  heap[at] = { priority, node }
end

local function pop()
  local top, last = heap[1], heap[size]
  heap[size] = nil
  size = size - 1
  if size > 0 then
    local at = 1
    while true do
      local child = at * 2
      if child > size then break end
      if child < size and heap[child + 1][1] < heap[child][1] then child = child + 1 end
      if heap[child][1] >= last[1] then break end
      heap[at] = heap[child]
      at = child
    end
    heap[at] = last
  end
  return top[1], top[2]
end

local nodes = {}
for y = 1, side do
  for x = 1, side do nodes[(y - 1) * side + x] = { x = x, y = y, edges = {} } end
end
for y = 1, side do
  for x = 1, side do
    local edges = nodes[(y - 1) * side + x].edges
    if x < side then edges[#edges + 1] = (y - 1) * side + x + 1 end
    if x > 1 then edges[#edges + 1] = (y - 1) * side + x - 1 end
    if y < side then edges[#edges + 1] = y * side + x end
    if y > 1 then edges[#edges + 1] = (y - 2) * side + x end
  end
end

local distance, settled = { [1] = 0 }, 0
push(0, 1)
while size > 0 do
  local reached, index = pop()
  if reached == distance[index] then
    settled = settled + 1
    for _, neighbour in ipairs(nodes[index].edges) do
      local node = nodes[neighbour]
      local through = reached + cost(node.x, node.y)
      local known = distance[neighbour]
      if not known or through < known then
        distance[neighbour] = through
        push(through, neighbour)
      end
    end
  end
end
local farthest, sum = 0, 0
for i = 1, side * side do
  sum = (sum + distance[i] * (i % 13)) % 1000003
  if distance[i] > farthest then farthest = distance[i] end
end
print("dijkstra", side, settled, farthest, distance[side * side], sum)

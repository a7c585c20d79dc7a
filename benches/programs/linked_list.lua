-- Measures memory: long singly linked lists built, reversed, merged and dropped.
local n = tonumber((...)) or 150000

local function build(count, seed)
  local head = nil
  for _ = 1, count do
    seed = (seed * 16807) % 2147483647
    head = { value = seed % 100000, next = head }
  end
  return head
end

local function reverse(node)
  local head = nil
  while node do
    local following = node.next
    node.next = head
    head, node = node, following
  end
  return head
end

local function merge(a, b)
  local anchor = {}
  local tail = anchor
  while a and b do
    if b.value < a.value then
      tail.next, b = b, b.next
    else
      tail.next, a = a, a.next
    end
    tail = tail.next
  end
  tail.next = a or b
  return anchor.next
end

local function sort(list, count)
  if count < 2 then
    if list then list.next = nil end
    return list
  end
  local half = math.floor(count / 2)
  local middle = list
  for _ = 1, half do middle = middle.next end
  return merge(sort(list, half), sort(middle, count - half))
end

local sum = 0
for round = 1, 2 do
  local list = sort(reverse(build(n, round * 11)), n)
  local position, previous = 0, -1
  while list do
    assert(list.value >= previous)
    position, previous = position + 1, list.value
    sum = (sum + list.value * (position % 7)) % 1000003
    list = list.next
  end
end
print("linked_list", n, sum)

-- A step tells whether it has ended a cycle: small ones mostly have not, large ones have.
local function steps(size)
  collectgarbage()
  collectgarbage("stop")
  local keep = {}
  for i = 1, 300 do
    keep[i] = { {} }
    local garbage = {}
  end
  local before = collectgarbage("count")
  local count = 0
  repeat
    count = count + 1
    local ended = collectgarbage("step", size)
    assert(type(ended) == "boolean")
  until ended
  return count, collectgarbage("count") < before
end
local none, freed = steps(0)
print(none > 10, freed)
local small = steps(2)
local medium = steps(8)
print(none > small, small > medium)
print((steps(100000)))
print(collectgarbage("step", 1000000), collectgarbage("step", 1000000))
collectgarbage("restart")

-- Breadth-first search over words that differ in one letter.
local words = {}
for w in ("cold cord card ward warm word worm corm form firm farm"):gmatch("%a+") do words[#words + 1] = w end
local function near(a, b)
  local differences = 0
  for i = 1, #a do if a:byte(i) ~= b:byte(i) then differences = differences + 1 end end
  return differences == 1
end
local function chain(from, to)
  local queue, previous, head = { from }, { [from] = from }, 1
  while queue[head] do
    local word = queue[head]
    head = head + 1
    if word == to then
      local path = { word }
      while word ~= from do word = previous[word] table.insert(path, 1, word) end
      return table.concat(path, " > ")
    end
    for _, other in ipairs(words) do
      if not previous[other] and near(word, other) then previous[other] = word queue[#queue + 1] = other end
    end
  end
  return "no chain"
end
print(chain("cold", "warm"))
print(chain("cold", "cold"))
print(chain("cold", "zzzz"))

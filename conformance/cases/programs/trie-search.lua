-- A trie of words with prefixes, wildcards, spelling within a distance, and an Aho-Corasick automaton built over it.
local Trie = {}
Trie.__index = Trie

function Trie.new(words)
  local trie = setmetatable({ root = { children = {} }, count = 0, nodes = 1 }, Trie)
  for _, word in ipairs(words or {}) do trie:insert(word) end
  return trie
end

function Trie:insert(word, value)
  local node = self.root
  for letter in word:gmatch(".") do
    local child = node.children[letter]
    if not child then
      child = { children = {}, letter = letter, parent = node }
      node.children[letter] = child
      self.nodes = self.nodes + 1
    end
    node = child
  end
  if node.word == nil then self.count = self.count + 1 end
  node.word = word
  node.value = value == nil and true or value
end

function Trie:locate(prefix)
  local node = self.root
  for position = 1, #prefix do
    node = node.children[prefix:sub(position, position)]
    if not node then return nil end
  end
  return node
end

function Trie:get(word)
  local node = self:locate(word)
  return node and node.word and node.value
end

function Trie:remove(word)
  local node = self:locate(word)
  if not node or not node.word then return false end
  node.word, node.value = nil, nil
  self.count = self.count - 1
  while node.parent and not node.word and next(node.children) == nil do
    node.parent.children[node.letter] = nil
    node = node.parent
    self.nodes = self.nodes - 1
  end
  return true
end

local function letters(node)
  local list = {}
  for letter in pairs(node.children) do list[#list + 1] = letter end
  table.sort(list)
  return list
end

-- An iterator over the words below a node in order, as a coroutine.
function Trie:words(prefix)
  local start = self:locate(prefix or "")
  local function walk(node)
    if node.word then coroutine.yield(node.word, node.value) end
    for _, letter in ipairs(letters(node)) do walk(node.children[letter]) end
  end
  return coroutine.wrap(function() if start then walk(start) end end)
end

function Trie:complete(prefix, limit)
  local found = {}
  for word in self:words(prefix) do
    found[#found + 1] = word
    if #found == limit then break end
  end
  return found
end

function Trie:longestPrefix(text)
  local node, best = self.root, nil
  for letter in text:gmatch(".") do
    node = node.children[letter]
    if not node then break end
    best = node.word or best
  end
  return best
end

-- `?` stands for one letter, `*` for any number of them.
function Trie:match(pattern)
  local found, seen = {}, {}
  local function step(node, position)
    if position > #pattern then
      if node.word and not seen[node.word] then
        seen[node.word] = true
        found[#found + 1] = node.word
      end
      return
    end
    local symbol = pattern:sub(position, position)
    if symbol == "*" then
      step(node, position + 1)
      for _, letter in ipairs(letters(node)) do step(node.children[letter], position) end
    elseif symbol == "?" then
      for _, letter in ipairs(letters(node)) do step(node.children[letter], position + 1) end
    elseif node.children[symbol] then
      step(node.children[symbol], position + 1)
    end
  end
  step(self.root, 1)
  table.sort(found)
  return found
end

-- Words within `limit` edits: a row of the Levenshtein matrix for each node.
function Trie:near(word, limit)
  local found, first = {}, {}
  for column = 0, #word do first[column] = column end
  local function step(node, above)
    local row = { [0] = above[0] + 1 }
    local smallest = row[0]
    for column = 1, #word do
      local cost = word:sub(column, column) == node.letter and 0 or 1
      row[column] = math.min(row[column - 1] + 1, above[column] + 1, above[column - 1] + cost)
      smallest = math.min(smallest, row[column])
    end
    if node.word and row[#word] <= limit then found[#found + 1] = { node.word, row[#word] } end
    if smallest <= limit then
      for _, letter in ipairs(letters(node)) do step(node.children[letter], row) end
    end
  end
  for _, letter in ipairs(letters(self.root)) do step(self.root.children[letter], first) end
  table.sort(found, function(a, b)
    if a[2] ~= b[2] then return a[2] < b[2] end
    return a[1] < b[1]
  end)
  local texts = {}
  for index, pair in ipairs(found) do texts[index] = pair[1] .. ":" .. pair[2] end
  return texts
end

-- Aho-Corasick: failure links in breadth-first order, then one pass over the text.
function Trie:link()
  local queue, head = {}, 1
  for _, letter in ipairs(letters(self.root)) do
    local child = self.root.children[letter]
    child.failure = self.root
    queue[#queue + 1] = child
  end
  while queue[head] do
    local node = queue[head]
    head = head + 1
    for _, letter in ipairs(letters(node)) do
      local child, failure = node.children[letter], node.failure
      while failure ~= self.root and not failure.children[letter] do failure = failure.failure end
      child.failure = failure.children[letter] or self.root
      child.output = child.failure.word and child.failure or child.failure.output
      queue[#queue + 1] = child
    end
  end
  return self
end

function Trie:scan(text)
  local node, hits = self.root, {}
  for position = 1, #text do
    local letter = text:sub(position, position)
    while node ~= self.root and not node.children[letter] do node = node.failure end
    node = node.children[letter] or self.root
    local hit = node.word and node or node.output
    while hit do
      hits[#hits + 1] = (position - #hit.word + 1) .. "=" .. hit.word
      hit = hit.output
    end
  end
  return hits
end

local function show(title, list) print(title, #list, table.concat(list, " ")) end

local words = {}
for word in ("car card care careful cart cat catalog dog dot dote do zebra zero a an and ant anthem"):gmatch("%a+") do words[#words + 1] = word end
local trie = Trie.new(words)
print(trie.count, trie.nodes)
show("all", trie:complete(""))
show("car", trie:complete("car"))
show("limit", trie:complete("", 5))
show("none", trie:complete("x"))
for _, word in ipairs({ "car", "ca", "care", "careless", "", "zero" }) do io.write(word, "=", tostring(trie:get(word)), " ") end
print()
for _, text in ipairs({ "carefully", "dotted", "anthems", "bird", "zer" }) do io.write(text, "=", tostring(trie:longestPrefix(text)), " ") end
print()
for _, pattern in ipairs({ "ca?", "c*t", "?o*", "*", "a*t*", "*e", "d??e", "**a**", "?" }) do show(pattern, trie:match(pattern)) end
for _, word in ipairs({ "cat", "crad", "zoo", "antham", "q" }) do
  show("near " .. word, trie:near(word, 1))
  show("nearer " .. word, trie:near(word, 2))
end

print(trie:remove("care"), trie:remove("care"), trie:remove("ca"), trie.count, trie.nodes)
print(trie:remove("careful"), trie.count, trie.nodes)
show("car", trie:complete("car"))
for _, word in ipairs(words) do trie:remove(word) end
print(trie.count, trie.nodes, next(trie.root.children))

local scanner = Trie.new({ "he", "she", "his", "hers", "her", "ushers", "rs" }):link()
show("ushers", scanner:scan("ushers"))
show("text", scanner:scan("she hid his shells; others perished here"))
show("nothing", scanner:scan("qqq"))

-- Counts with a value for each word, against a plain table.
local text = ("the quick brown fox jumps over the lazy dog and then the other fox naps there "):rep(5)
local counts, plain = Trie.new(), {}
for word in text:gmatch("%a+") do
  counts:insert(word, (counts:get(word) or 0) + 1)
  plain[word] = (plain[word] or 0) + 1
end
local agree = true
for word, count in pairs(plain) do agree = agree and counts:get(word) == count end
print(agree, counts.count)
local line = {}
for word, count in counts:words("th") do line[#line + 1] = word .. "*" .. count end
print(table.concat(line, " "))

-- Every byte is a letter.
local bytes = Trie.new()
for code = 255, 0, -1 do bytes:insert(string.char(code, 255 - code), code) end
local ordered, last = true, -1
for word, code in bytes:words() do
  ordered = ordered and code > last and word:byte() == code
  last = code
end
print(bytes.count, bytes.nodes, ordered, last)

-- A search of documents: an index of words with positions, queries with and, or, not, phrases and prefixes, and a ranking.
local Index = {}
Index.__index = Index
local stops = {}
for word in ("a an and the of in to is it on for with"):gmatch("%a+") do stops[word] = true end

local function stem(word)
  for _, rule in ipairs({ { "ies$", "y" }, { "([^s])s$", "%1" }, { "(%a%a%a)ing$", "%1" }, { "(%a%a%a)ed$", "%1" } }) do
    local changed, count = word:gsub(rule[1], rule[2])
    if count > 0 then return changed end
  end
  return word
end
local function tokens(text)
  local position = 0
  return function(_, _)
    position = text:find("%w", position + 1)
    if not position then return nil end
    local start = position
    local word = text:match("^[%w']+", position)
    position = position + #word
    return word:lower(), start
  end
end

function Index.new() return setmetatable({ postings = {}, documents = {}, names = {} }, Index) end
function Index:add(name, text)
  local id, count = #self.names + 1, 0
  self.names[id] = name
  for word in tokens(text) do
    count = count + 1
    if not stops[word] then
      local term = stem(word)
      local list = self.postings[term] or {}
      self.postings[term] = list
      local last = list[#list]
      if not last or last.id ~= id then
        last = { id = id }
        list[#list + 1] = last
      end
      last[#last + 1] = count
    end
  end
  self.documents[id] = { text = text, length = count }
end

local function union(left, right)
  local set = {}
  for id in pairs(left) do set[id] = true end
  for id in pairs(right) do set[id] = true end
  return set
end
local function filter(left, right, wanted)
  local set = {}
  for id in pairs(left) do if (right[id] ~= nil) == wanted then set[id] = true end end
  return set
end
function Index:term(term)
  local set = {}
  for _, posting in ipairs(self.postings[term] or {}) do set[posting.id] = posting end
  return set
end
function Index:prefix(prefix)
  local set = {}
  for term in pairs(self.postings) do
    if term:sub(1, #prefix) == prefix then set = union(set, self:term(term)) end
  end
  return set
end
function Index:phrase(text)
  local wanted, offset = {}, 0
  for word in tokens(text) do
    if not stops[word] then wanted[#wanted + 1] = { self:term(stem(word)), offset } end
    offset = offset + 1
  end
  local found = {}
  if not wanted[1] then return found end
  for id, posting in pairs(wanted[1][1]) do
    for _, start in ipairs(posting) do
      local all = true
      for index = 2, #wanted do
        local other, here = wanted[index][1][id], false
        for _, position in ipairs(other or {}) do
          if position - wanted[index][2] == start - wanted[1][2] then here = true end
        end
        all = all and here
      end
      if all then found[id] = true end
    end
  end
  return found
end

-- query := clause { "or" clause }; clause := factor { ["and"] factor }; factor := "not" factor | "(" query ")" | "phrase" | word | prefix*
function Index:query(text)
  local position, terms = 1, {}
  local everything = {}
  for id in ipairs(self.names) do everything[id] = true end
  local function peek()
    position = text:find("%S", position) or #text + 1
    return text:match('^"[^"]*"', position) or text:match("^[()]", position) or text:match("^[%w']+%*?", position) or text:match("^.", position)
  end
  local function take() local token = peek() position = position + #token return token end
  local parse
  local function factor()
    local token = peek()
    if not token then error("query ends too early", 0) end
    take()
    if token == "not" then return filter(everything, factor(), false) end
    if token == "(" then
      local set = parse()
      if peek() ~= ")" then error("')' expected at " .. position, 0) end
      take()
      return set
    end
    if token:sub(1, 1) == '"' and #token > 1 then return self:phrase(token:sub(2, -2)) end
    if token:sub(-1) == "*" and #token > 1 then return self:prefix(token:sub(1, -2):lower()) end
    if not token:find("^%w") then error("unexpected '" .. token .. "' at " .. position - 1, 0) end
    local term = stem(token:lower())
    terms[#terms + 1] = term
    return self:term(term)
  end
  local function clause()
    local set = factor()
    while peek() and peek() ~= "or" and peek() ~= ")" do
      if peek() == "and" then take() end
      set = filter(set, factor(), true)
    end
    return set
  end
  function parse()
    local set = clause()
    while peek() == "or" do
      take()
      set = union(set, clause())
    end
    return set
  end
  local set = parse()
  if peek() then error("unexpected '" .. peek() .. "' at " .. position, 0) end
  return set, terms
end

function Index:search(text)
  local set, terms = self:query(text)
  local hits = {}
  for id in pairs(set) do
    local score = 0
    for _, term in ipairs(terms) do
      local posting, list = self:term(term)[id], self.postings[term]
      if posting then score = score + #posting / self.documents[id].length * math.log(1 + #self.names / #list) end
    end
    hits[#hits + 1] = { name = self.names[id], score = score }
  end
  table.sort(hits, function(a, b)
    if a.score ~= b.score then return a.score > b.score end
    return a.name < b.name
  end)
  return hits
end
function Index:snippet(name, word, width)
  for id, known in ipairs(self.names) do
    if known == name then
      local text = self.documents[id].text
      for found, start in tokens(text) do
        if stem(found) == stem(word) then
          local from = math.max(1, start - width)
          return (from > 1 and "..." or "") .. text:sub(from, start - 1) .. "[" .. text:sub(start, start + #found - 1) .. "]" .. text:sub(start + #found, start + #found + width - 1)
        end
      end
    end
  end
end

local index = Index.new()
index:add("garden", "The garden of the old house is full of roses. Roses climbing the wall, and birds singing in the trees.")
index:add("kitchen", "It is warm in the kitchen; the cook is cooking soup, and the old cat sleeps on the wall of the oven.")
index:add("harbour", "Ships wait in the harbour. Old sailors told stories of storms and of cities under the sea.")
index:add("library", "Stories, stories: the library of the city is full of old books. A book for each story.")
index:add("street", "Cats and dogs run on the street. The dog's bark is worse than its bite.")
local terms = {}
for term, list in pairs(index.postings) do terms[#terms + 1] = term .. ":" .. #list end
table.sort(terms)
print(#terms, table.concat(terms, " "))
for _, query in ipairs({
  "old", "story", "stories", "old story", "old and not story", "cat or ship", "not old", "(cat or bird) wall", "not (old or dog)", '"full of old books"', '"full of roses"',
  '"roses full"', "co*", "s* not sea", "cats", '"old cat" or "dogs run"', "nothing", "the", '""', "not not city", "OLD House", "dog's",
}) do
  local hits = index:search(query)
  for position, hit in ipairs(hits) do hits[position] = ("%s %.3f"):format(hit.name, hit.score) end
  print(query, #hits, table.concat(hits, ", "))
end
for _, query in ipairs({ "", "old and", "(old", "old)", "not", "& old", '"open' }) do print(query, pcall(index.search, index, query)) end
print(index:snippet("garden", "rose", 12))
print(index:snippet("library", "story", 10))
print(index:snippet("street", "dog", 9))
print(index:snippet("street", "ship", 9), index:snippet("nowhere", "old", 9))
for word in ("roses cities singing told cooked bus glass tries king"):gmatch("%a+") do io.write(word, "=", stem(word), " ") end
print()

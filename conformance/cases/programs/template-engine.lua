-- A template engine that compiles templates to Lua source, loads it with loadstring and gives it the data with setfenv.
local Engine = {}
Engine.__index = Engine

function Engine.new()
  return setmetatable({ partials = {}, cache = {}, compiled = 0, filters = {
    upper = string.upper,
    lower = string.lower,
    escape = function(text) return (text:gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" })) end,
    reverse = string.reverse,
    length = function(value) return tostring(#value) end,
    join = function(list, separator) return table.concat(list, separator or ", ") end,
    pad = function(text, width) return string.format("%-" .. width .. "s|", text) end,
    default = function(value, fallback) if value == nil or value == "" then return fallback end return value end,
  } }, Engine)
end

local function split(text, separator)
  local parts, start = {}, 1
  while true do
    local from, to = text:find(separator, start, true)
    parts[#parts + 1] = text:sub(start, from and from - 1)
    if not from then return parts end
    start = to + 1
  end
end

local function trim(text) return text:match("^%s*(.-)%s*$") end

-- "value | filter:argument | filter" to a Lua expression.
local function filtered(expression)
  local parts = split(expression, " | ")
  local code = "(" .. trim(parts[1]) .. ")"
  for index = 2, #parts do
    local name, argument = trim(parts[index]):match("^([%a_]+):?(.*)$")
    if not name then error("bad filter '" .. parts[index] .. "'", 0) end
    code = string.format("_filter(%q, %s%s)", name, code, argument ~= "" and ", " .. argument or "")
  end
  return code
end

-- Builds the Lua source of a template. Tags: {{ value }}, {% statement %}, {# comment #}; a dash eats the blanks on its side.
function Engine:translate(template)
  local lines, open = { "local _out = {}" }, {}
  local function add(code) lines[#lines + 1] = code end
  local function literal(text) if text ~= "" then add(string.format("_out[#_out + 1] = %q", text)) end end
  local statements = {
    ["if"] = function(rest) open[#open + 1] = "if" add("if " .. rest .. " then") end,
    ["elseif"] = function(rest) add("elseif " .. rest .. " then") end,
    ["else"] = function() add("else") end,
    ["for"] = function(rest)
      local name, list = rest:match("^([%a_][%w_]*) in (.+)$")
      if not name then error("bad loop '" .. rest .. "'", 0) end
      open[#open + 1] = "for"
      add("for _index, " .. name .. " in _ipairs(" .. list .. ") do")
      add("local loop = { index = _index, first = _index == 1, last = _index == #(" .. list .. ") }")
    end,
    ["set"] = function(rest) add("local " .. rest) end,
    ["end"] = function()
      if not table.remove(open) then error("'end' without a block", 0) end
      add("end")
    end,
    ["include"] = function(rest)
      local name, argument = rest:match("^(%S+)%s*(.*)$")
      add(string.format("_out[#_out + 1] = _include(%q, %s)", name, argument ~= "" and argument or "{}"))
    end,
  }
  local position, eat = 1, false
  while true do
    local from, to, kind, dash = template:find("{([{%%#])(%-?)", position)
    local text = template:sub(position, from and from - 1)
    if eat then text = text:gsub("^%s+", "") end
    if dash == "-" then text = text:gsub("%s+$", "") end
    literal(text)
    if not from then break end
    local close = ({ ["{"] = "}}", ["%"] = "%}", ["#"] = "#}" })[kind]
    local stop, last = template:find(close, to + 1, true)
    if not stop then error("tag at " .. from .. " is not closed", 0) end
    local body = template:sub(to + 1, stop - 1)
    eat = body:sub(-1) == "-"
    if eat then body = body:sub(1, -2) end
    body = trim(body)
    if kind == "{" then
      add("_out[#_out + 1] = _text(" .. filtered(body) .. ")")
    elseif kind == "%" then
      local word, rest = body:match("^(%a+)%s*(.*)$")
      local statement = statements[word]
      if not statement then error("unknown statement '" .. body .. "'", 0) end
      statement(rest)
    end
    position = last + 1
  end
  if #open > 0 then error("block '" .. open[#open] .. "' is not closed", 0) end
  add("return _concat(_out)")
  return table.concat(lines, "\n")
end

function Engine:compile(template, name)
  local known = self.cache[template]
  if known then return known end
  local chunk, message = loadstring(self:translate(template), "=" .. (name or "template"))
  if not chunk then error(message, 0) end
  self.compiled = self.compiled + 1
  self.cache[template] = chunk
  return chunk
end

function Engine:render(template, data, name)
  local environment = setmetatable({
    _ipairs = ipairs, _concat = table.concat,
    _text = function(value) if value == nil then return "" end return tostring(value) end,
    _filter = function(filter, ...)
      local action = self.filters[filter]
      if not action then error("no filter '" .. filter .. "'", 0) end
      return action(...)
    end,
    _include = function(partial, values)
      local source = self.partials[partial]
      if not source then error("no partial '" .. partial .. "'", 0) end
      return self:render(source, setmetatable(values, { __index = data }), partial)
    end,
  }, { __index = data })
  return setfenv(self:compile(template, name), environment)()
end

local engine = Engine.new()
local function show(title, template, data)
  local ok, text = pcall(engine.render, engine, template, data or {}, title)
  print("-- " .. title .. (ok and "" or " (error)"))
  print(text)
end

show("plain", "Nothing but text, { braces } and 100%.")
show("values", "Hello {{ name }}, you are {{ age + 1 }} next year; {{ missing }}.", { name = "Ann", age = 41 })
show("filters", "{{ name | upper }} {{ name | reverse | pad:8 }} {{ html | escape }} {{ list | join }} {{ list | join:'-' }} {{ list | length }} {{ none | default:'n/a' }}",
  { name = "walter", html = '<a href="x">&</a>', list = { "a", "b", "c" } })
show("if", "{% for n in numbers %}{% if n < 0 %}negative{% elseif n == 0 %}zero{% else %}positive{% end %};{% end %}", { numbers = { -1, 0, 1 } })
show("loop", [[
<ul>
{%- for item in items %}
  <li class="{{ loop.first and 'first' or loop.last and 'last' or 'middle' }}">{{ loop.index }}. {{ item.name }}: {{ string_format("%.2f", item.price) }}</li>
{%- end %}
</ul>]], { items = { { name = "bolt", price = 0.25 }, { name = "nut", price = 1 / 3 }, { name = "saw", price = 12 } }, string_format = string.format })
show("nested", "{% for row in grid %}{% for cell in row %}{{ cell * loop.index }}{% if not loop.last %},{% end %}{% end %}/{% end %}", { grid = { { 1, 2, 3 }, { 4, 5 }, {} } })
show("set", "{% set total = 0 %}{% for n in numbers %}{% set double = n * 2 %}[{{ double }}]{% end %}{{ total }}", { numbers = { 3, 4 } })
show("dashes", "a   {{- 1 -}}   b   {{ 2 -}}   c {# no trace -#}   d")
engine.partials.greeting = "<{{ who }} of {{ place }}>"
engine.partials.tree = "{{ node.name }}{% if #node.children > 0 %}({% for child in node.children %}{% include tree { node = child } %}{% if not loop.last %} {% end %}{% end %}){% end %}"
show("include", "{% for who in people %}{% include greeting { who = who } %}{% end %}", { people = { "Ida", "Otto" }, place = "Ulm" })
-- A template within itself: the inner rendering also changes the environment of the outer one, whose chunk it shares.
show("recursive", "{% include tree { node = root } %}", { root = { name = "a", children = {
  { name = "b", children = { { name = "c", children = {} } } }, { name = "d", children = {} },
} } })
show("quotes", "line one\n\"quoted\" and \\backslash\\ \0 zero\n\r{{ 'it' }}\n", {})
show("unclosed tag", "abc {{ name ")
show("unclosed block", "{% if x %}yes")
show("stray end", "{% end %}")
show("unknown", "{% jump around %}")
show("bad loop", "{% for x of y %}{% end %}")
show("bad filter", "{{ name | nosuch }}", { name = 1 })
show("no partial", "{% include nowhere %}")
show("syntax", "{{ a + }}")
show("runtime", "{{ a.b.c }}", { a = {} })
show("runtime arithmetic", "x\n{{ user + 1 }}", { user = {} })
show("sandbox", "{{ print }}{{ os }}", {})

-- The chunk is shared, each rendering has its own environment.
local before = engine.compiled
for _, name in ipairs({ "one", "two", "three" }) do
  io.write(engine:render("<{{ name }}>", { name = name }))
end
print(" compiled", engine.compiled - before)
print(engine:translate("{% for x in list %}{{ x | upper }}\n{% end %}"))

-- What a template assigns does not leak into the globals.
local data = {}
local chunk = setfenv(assert(loadstring("value = (value or 0) + 1; return value")), data)
print(chunk(), chunk(), data.value, rawget(_G, "value"), getfenv(chunk) == data)

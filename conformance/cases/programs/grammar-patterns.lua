-- Patterns as values with operators, after the manner of parsing expression grammars; arithmetic and JSON written with them.
local Pattern = {}
Pattern.__index = Pattern

-- A pattern's `match(subject, position, captures)` returns the next position or nil; it appends to captures.
local function new(match) return setmetatable({ match = match }, Pattern) end

local function rollback(captures, size)
  for index = #captures, size + 1, -1 do captures[index] = nil end
end

local function literal(text)
  return new(function(subject, position)
    if subject:sub(position, position + #text - 1) == text then return position + #text end
  end)
end
local function P(value)
  local kind = type(value)
  if getmetatable(value) == Pattern then return value end
  if kind == "string" then return literal(value) end
  if kind == "number" then
    return new(function(subject, position) if position + value - 1 <= #subject then return position + value end end)
  end
  if kind == "boolean" then return new(function(_, position) return value and position or nil end) end
  if kind == "function" then return new(value) end
  error("no pattern from a " .. kind, 2)
end
local function S(set)
  local members = {}
  for letter in set:gmatch(".") do members[letter] = true end
  return new(function(subject, position) if members[subject:sub(position, position)] then return position + 1 end end)
end
local function R(...)
  local ranges = { ... }
  return new(function(subject, position)
    local letter = subject:sub(position, position)
    if letter == "" then return nil end
    for _, range in ipairs(ranges) do
      if letter >= range:sub(1, 1) and letter <= range:sub(2, 2) then return position + 1 end
    end
  end)
end
-- A rule that is defined later, for recursion.
local function V(grammar, name)
  return new(function(...) return grammar[name].match(...) end)
end

function Pattern.__mul(left, right)
  left, right = P(left), P(right)
  return new(function(subject, position, captures)
    local size = #captures
    local middle = left.match(subject, position, captures)
    local stop = middle and right.match(subject, middle, captures)
    if not stop then rollback(captures, size) end
    return stop
  end)
end
function Pattern.__add(left, right)
  left, right = P(left), P(right)
  return new(function(subject, position, captures)
    return left.match(subject, position, captures) or right.match(subject, position, captures)
  end)
end
function Pattern.__unm(pattern)
  return new(function(subject, position, captures)
    local size = #captures
    local matched = pattern.match(subject, position, captures)
    rollback(captures, size)
    return not matched and position or nil
  end)
end
function Pattern.__sub(left, right) return -P(right) * left end
function Pattern.__pow(pattern, count)
  return new(function(subject, position, captures)
    local size, times = #captures, 0
    while count >= 0 or times < -count do
      local following = pattern.match(subject, position, captures)
      if not following or following == position then break end
      position, times = following, times + 1
    end
    if times < count then
      rollback(captures, size)
      return nil
    end
    return position
  end)
end
function Pattern.__div(pattern, action)
  return new(function(subject, position, captures)
    local own = {}
    local stop = pattern.match(subject, position, own)
    if not stop then return nil end
    if #own == 0 then own[1] = subject:sub(position, stop - 1) end
    local value
    if type(action) == "table" then
      value = action[own[1]]
    elseif type(action) == "string" then
      value = action:gsub("%%(%d)", function(digit) return tostring(digit == "0" and subject:sub(position, stop - 1) or own[tonumber(digit)]) end)
    else
      value = action(unpack(own))
    end
    if value ~= nil then captures[#captures + 1] = value end
    return stop
  end)
end
local function C(pattern)
  return new(function(subject, position, captures)
    local at = #captures + 1
    captures[at] = false
    local stop = P(pattern).match(subject, position, captures)
    if stop then captures[at] = subject:sub(position, stop - 1) else rollback(captures, at - 1) end
    return stop
  end)
end
local function Ct(pattern) return (P(pattern) * P(function(_, position, captures) captures[#captures + 1] = Pattern return position end)) / function(...)
  local list = { ... }
  list[#list] = nil
  return list
end end
local function Cc(value) return P(function(_, position, captures) captures[#captures + 1] = value return position end) end
local Cp = P(function(_, position, captures) captures[#captures + 1] = position return position end)
local function Cf(pattern, fold)
  return Ct(pattern) / function(list)
    local value = list[1]
    for index = 2, #list do value = fold(value, list[index]) end
    return value
  end
end
local function match(pattern, subject, start)
  local captures = {}
  local stop = P(pattern).match(subject, start or 1, captures)
  if not stop then return nil end
  if #captures == 0 then return stop end
  return unpack(captures)
end

-- Primitives.
local digit, letter, space = R("09"), R("az", "AZ"), S(" \t\n\r") ^ 0
print("literal", match("ab", "abc"), match("ab", "ba"), match(P("a") * "b" * 1, "abc"), match(P(4), "abc"))
print("choice", match(P("x") + "ab" + "a", "abc"), match(C("a") + C("b"), "b"), match(P(true), ""), match(P(false), ""))
print("repeat", match(P("a") ^ 0, "aaab"), match(P("a") ^ 4, "aaab"), match(P("a") ^ -2, "aaab"), match(C(P("a") ^ 1), "aaab"))
print("not", match(-P("a") * 1, "b"), match(-P("a") * 1, "a"), match((P(1) - ",") ^ 1, "ab,c"), match(-P(1), ""))
print("captures", match(C(letter ^ 1) * space * C(digit ^ 1) * Cp, "abc  42x"))
print("table", #match(Ct(C(digit) ^ 0), "12345x"), #match(Ct(P("")), ""), table.concat(match(Ct((C(digit) * P(",") ^ -1) ^ 0), "1,2,3"), "+"))
print("query", match(C(letter ^ 1) / { one = 1, two = 2 }, "two"), match(C(letter ^ 1) / { one = 1 }, "six"))
print("string", match(C(letter) * C(letter) / "%2%1 in %0", "xyz"))
print("constant", match(Cc("first") * Cc(2) * C(1), "z"))
print("fold", match(Cf((C(digit ^ 1) / tonumber) * (P("+") * (C(digit ^ 1) / tonumber)) ^ 0, function(a, b) return a + b end), "1+20+300"))
print("anywhere", (function()
  local grammar = {}
  grammar.find = Cp * "needle" + P(1) * V(grammar, "find")
  return match(grammar.find, "hay hay needle hay")
end)())
print("backtrack", match((C("a") * C("b") * "c") + (C("a") * C("b") * C("d")), "abd"))
print("balanced", (function()
  local grammar, results = {}, {}
  grammar.group = P("(") * ((P(1) - S("()")) + V(grammar, "group")) ^ 0 * ")"
  for _, text in ipairs({ "()", "(a(b)c)", "((())", ")(", "(x)y" }) do results[#results + 1] = tostring(match(C(grammar.group) , text)) end
  return table.concat(results, " ")
end)())
print(pcall(P, {}))
print(pcall(function() return P("a") * nil end))

-- Arithmetic.
local function token(pattern) return P(pattern) * space end
local arithmetic = {}
local operations = {
  ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end,
  ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end, ["^"] = function(a, b) return a ^ b end,
}
local function leftChain(operand, operators)
  return Ct(operand * (token(C(S(operators))) * operand) ^ 0) / function(list)
    local value = list[1]
    for index = 2, #list, 2 do value = operations[list[index]](value, list[index + 1]) end
    return value
  end
end
arithmetic.number = token(C(digit ^ 1 * (P(".") * digit ^ 1) ^ -1) / tonumber)
arithmetic.atom = arithmetic.number + token("(") * V(arithmetic, "sum") * token(")") + (token("-") * V(arithmetic, "atom")) / function(value) return -value end
arithmetic.power = Ct(arithmetic.atom * (token("^") * V(arithmetic, "power")) ^ -1) / function(list) return list[2] and list[1] ^ list[2] or list[1] end
arithmetic.product = leftChain(arithmetic.power, "*/")
arithmetic.sum = leftChain(arithmetic.product, "+-")
arithmetic.all = space * arithmetic.sum * -P(1)
for _, text in ipairs({ "1", " 1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "10 - 4 - 3", "8 / 4 / 2", "-3 * -(2 + 1)", "1.5 * 4", "1 +", "(1", "2 2", "((((7))))", "1 / 0" }) do
  print(text, match(arithmetic.all, text))
end

-- JSON.
local json = {}
local null = setmetatable({}, { __tostring = function() return "null" end })
local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
json.character = (P("\\") * C(S('bfnrt"\\/')) / escapes)
  + (P("\\u") * C((digit + R("af", "AF")) ^ 4) / function(hex) return string.char(tonumber(hex:sub(-2), 16)) end)
  + C((P(1) - S('"\\')) ^ 1)
json.string = token(P('"') * (Ct(json.character ^ 0) / table.concat) * '"')
json.number = token(C(P("-") ^ -1 * digit ^ 1 * (P(".") * digit ^ 1) ^ -1 * (S("eE") * S("+-") ^ -1 * digit ^ 1) ^ -1) / tonumber)
json.word = token("null") * Cc(null) + token("true") * Cc(true) + token("false") * Cc(false)
json.value = json.string + json.number + json.word + V(json, "array") + V(json, "object")
json.array = token("[") * Ct((json.value * (token(",") * json.value) ^ 0) ^ -1) * token("]")
json.pair = Ct(json.string * token(":") * json.value)
json.object = token("{") * (Ct((json.pair * (token(",") * json.pair) ^ 0) ^ -1) / function(pairList)
  local object = { order = {} }
  for index, pair in ipairs(pairList) do
    object.order[index] = pair[1]
    object[pair[1]] = pair[2]
  end
  return object
end) * token("}")
json.document = space * json.value * -P(1)
local function show(value)
  if type(value) == "table" and value ~= null then
    local parts = {}
    if value.order then
      for index, key in ipairs(value.order) do parts[index] = key .. "=" .. show(value[key]) end
      return "{" .. table.concat(parts, " ") .. "}"
    end
    for index, item in ipairs(value) do parts[index] = show(item) end
    return "[" .. table.concat(parts, " ") .. "]"
  end
  return type(value) == "string" and string.format("%q", value) or tostring(value)
end
for _, text in ipairs({
  "[]", "{}", " [1, -2.5, 3e2, 1E-2] ", '"a\\"b\\\\\\u0041\\n"', '{"a": {"b": [true, null]}, "c": "", "d": [[], [{}]]}', "[1,]", "{1: 2}", '"open', "[1] 2", "nul", '{"k" : -0.5e+1}',
}) do
  print(text, show(match(json.document, text)))
end
local deep = ("["):rep(30) .. "7" .. ("]"):rep(30)
print(show(match(json.document, deep)) == deep)

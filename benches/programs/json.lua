-- Measures a JSON encoder and decoder written in Lua: patterns, tables, recursion, strings.
local n = tonumber((...)) or 3200

local escapes = { ['"'] = '\\"', ["\\"] = "\\\\", ["\n"] = "\\n", ["\t"] = "\\t" }
local unescapes = { ['"'] = '"', ["\\"] = "\\", ["/"] = "/", n = "\n", t = "\t", r = "\r", b = "\b", f = "\f" }

local function encode(value, out)
  local kind = type(value)
  if kind == "table" then
    if value[1] ~= nil or next(value) == nil then
      out[#out + 1] = "["
      for i = 1, #value do
        if i > 1 then out[#out + 1] = "," end
        encode(value[i], out)
      end
      out[#out + 1] = "]"
    else
      local names = {}
      for name in pairs(value) do names[#names + 1] = name end
      table.sort(names)
      out[#out + 1] = "{"
      for i = 1, #names do
        if i > 1 then out[#out + 1] = "," end
        encode(names[i], out)
        out[#out + 1] = ":"
        encode(value[names[i]], out)
      end
      out[#out + 1] = "}"
    end
  elseif kind == "string" then
    out[#out + 1] = '"' .. value:gsub('["\\\n\t]', escapes) .. '"'
  else
    out[#out + 1] = tostring(value)
  end
end

local decode

local function skip(text, at) return text:find("%S", at) end

local function decode_string(text, at)
  local pieces, from = {}, at + 1
  while true do
    local stop = text:find('["\\]', from)
    pieces[#pieces + 1] = text:sub(from, stop - 1)
    if text:byte(stop) == 34 then return table.concat(pieces), stop + 1 end
    pieces[#pieces + 1] = unescapes[text:sub(stop + 1, stop + 1)]
    from = stop + 2
  end
end

local words = { t = { true, 4 }, f = { false, 5 } }

function decode(text, at)
  at = skip(text, at)
  local first = text:sub(at, at)
  if first == '"' then return decode_string(text, at) end
  if first == "{" then
    local object = {}
    at = skip(text, at + 1)
    while text:sub(at, at) ~= "}" do
      local name
      name, at = decode_string(text, at)
      at = skip(text, at) + 1
      object[name], at = decode(text, at)
      at = skip(text, at)
      if text:sub(at, at) == "," then at = skip(text, at + 1) end
    end
    return object, at + 1
  end
  if first == "[" then
    local array = {}
    at = skip(text, at + 1)
    while text:sub(at, at) ~= "]" do
      array[#array + 1], at = decode(text, at)
      at = skip(text, at)
      if text:sub(at, at) == "," then at = skip(text, at + 1) end
    end
    return array, at + 1
  end
  local word = words[first]
  if word then return word[1], at + word[2] end
  local number = text:match("^-?%d+%.?%d*[eE]?[+-]?%d*", at)
  return tonumber(number), at + #number
end

local document = { users = {}, total = 3, ok = true, note = 'a "quoted"\tline\nend', empty = {} }
for i = 1, 12 do
  document.users[i] = { id = i, name = "user" .. i, tags = { "a", "b\\c", "d" .. i }, score = i * 1.25, active = i % 2 == 0 }
end
local length, text = 0, nil
for _ = 1, n do
  local out = {}
  encode(document, out)
  text = table.concat(out)
  document = decode(text, 1)
  length = length + #text
end
print("json", n, length, #text, #document.users, document.users[7].tags[2], document.users[12].score)

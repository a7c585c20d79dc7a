-- a JSON reader and writer, with errors that name the place
local null = setmetatable({}, { __tostring = function() return "null" end })
local escapes = { n = "\n", t = "\t", r = "\r", b = "\b", f = "\f", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }
local function fail(s, i, what) error(("%s at %d near %q"):format(what, i, s:sub(i, i + 5)), 0) end
local value
local function skip(s, i) return s:find("[^ \t\r\n]", i) or #s + 1 end
local function str(s, i)
  local out, start = {}, i + 1
  i = start
  while true do
    local c = s:sub(i, i)
    if c == "" then fail(s, i, "unfinished string") end
    if c == '"' then out[#out + 1] = s:sub(start, i - 1) return table.concat(out), i + 1 end
    if c == "\\" then
      out[#out + 1] = s:sub(start, i - 1)
      local e = s:sub(i + 1, i + 1)
      if e == "u" then out[#out + 1] = string.char(tonumber(s:sub(i + 2, i + 5), 16) % 256) i = i + 6
      else out[#out + 1] = escapes[e] or fail(s, i, "bad escape") i = i + 2 end
      start = i
    else i = i + 1 end
  end
end
function value(s, i)
  i = skip(s, i)
  local c = s:sub(i, i)
  if c == "{" then
    local t = {}
    i = skip(s, i + 1)
    if s:sub(i, i) == "}" then return t, i + 1 end
    while true do
      if s:sub(i, i) ~= '"' then fail(s, i, "key expected") end
      local k, v
      k, i = str(s, i)
      i = skip(s, i)
      if s:sub(i, i) ~= ":" then fail(s, i, "colon expected") end
      v, i = value(s, i + 1)
      t[k] = v
      i = skip(s, i)
      local d = s:sub(i, i)
      if d == "}" then return t, i + 1 elseif d ~= "," then fail(s, i, "comma expected") end
      i = skip(s, i + 1)
    end
  elseif c == "[" then
    local t = {}
    i = skip(s, i + 1)
    if s:sub(i, i) == "]" then return t, i + 1 end
    while true do
      local v
      v, i = value(s, i)
      t[#t + 1] = v
      i = skip(s, i)
      local d = s:sub(i, i)
      if d == "]" then return t, i + 1 elseif d ~= "," then fail(s, i, "comma expected") end
      i = i + 1
    end
  elseif c == '"' then return str(s, i) end
  for word, v in pairs { ["true"] = true, ["false"] = false } do if s:sub(i, i + #word - 1) == word then return v, i + #word end end
  if s:sub(i, i + 3) == "null" then return null, i + 4 end
  local n, stop = s:match("^(-?%d+%.?%d*[eE]?[+-]?%d*)()", i)
  if not n or not tonumber(n) then fail(s, i, "value expected") end
  return tonumber(n), stop
end
local function encode(v)
  if type(v) == "string" then return '"' .. v:gsub('[%c"\\]', function(c) return ("\\u%04x"):format(c:byte()) end) .. '"' end
  if type(v) ~= "table" or v == null then return tostring(v) end
  local out = {}
  if #v > 0 then for _, x in ipairs(v) do out[#out + 1] = encode(x) end return "[" .. table.concat(out, ",") .. "]" end
  local keys = {}
  for k in pairs(v) do keys[#keys + 1] = k end
  table.sort(keys)
  for _, k in ipairs(keys) do out[#out + 1] = encode(k) .. ":" .. encode(v[k]) end
  return "{" .. table.concat(out, ",") .. "}"
end
for _, text in ipairs {
  '{"a": [1, 2.5, -3e2], "b": {"c": null, "d": true}, "e": "x\\n\\"y\\" \\u0041"}', "[]", "[[[[1]]]]", ' [ 1 , "two" , false ] ', '"plain"', "12", "{}",
  '{"a": }', "[1, 2", '{"a" 1}', '{1: 2}', '"open', "[1 2]", "nul", '"\\q"', "",
} do print(pcall(function() local v, i = value(text, 1) if skip(text, i) <= #text then fail(text, i, "trailing text") end return encode(v) end)) end
local deep = ("["):rep(100) .. ("]"):rep(100) print(encode((value(deep, 1))) == ("["):rep(99) .. "{}" .. ("]"):rep(99))

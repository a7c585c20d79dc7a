-- A table with weak values: entries that hold a fresh string, as key, as value, kept and not kept.
local weak = setmetatable({}, { __mode = "v" })
local kept = {}
for round = 1, 10 do
  local key, value = ("str" .. tostring(round)), ("str" .. tostring(round))
  if round % 2 == 0 then kept[#kept + 1] = key kept[#kept + 1] = value end
  weak[key] = round
  weak["value" .. round] = value
  weak[round] = { value }
  weak[{ key }] = "text"
end
local function count()
  local keys, values, texts, rest = 0, 0, 0, 0
  for key, value in pairs(weak) do
    if type(key) == "string" and key:find("^value") then values = values + 1
    elseif value == "text" then texts = texts + 1
    elseif type(value) == "number" then keys = keys + 1
    else rest = rest + 1 end
  end
  return keys, values, texts, rest
end
collectgarbage() collectgarbage()
print(count())
print(#kept)
kept = nil
collectgarbage() collectgarbage()
print(count())
for key in pairs(weak) do weak[key] = nil end
print(next(weak))

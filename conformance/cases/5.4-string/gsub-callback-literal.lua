-- Functions and tables as replacement in gsub for the pattern b.
local subjects = { "", "a", "cab", "abba", "123456789ab" }
for _, subject in ipairs(subjects) do
  local calls = {}
  print(subject, string.gsub(subject, "b", function(...)
    local shown = {}
    for i = 1, select("#", ...) do shown[i] = tostring((select(i, ...))) end
    calls[#calls + 1] = table.concat(shown, ",")
  end))
  print("", table.concat(calls, " | "))
  for _, result in ipairs { "R", 5, -0.5, "", "%0", false } do
    print("", tostring(result), string.gsub(subject, "b", function() return result end))
  end
  print("", "second", string.gsub(subject, "b", function(a, b) return b end))
  print("", "nothing", string.gsub(subject, "b", function() end))
  for _, result in ipairs { {}, true, print } do
    print("", type(result), pcall(string.gsub, subject, "b", function() return result end))
  end
  print("", "fails", pcall(string.gsub, subject, "b", function() error("stop", 0) end))
  print("", "table", string.gsub(subject, "b", { a = "A", b = 7, ab = "AB", [1] = "one", [2] = "two", [""] = "empty" }))
  print("", "false", string.gsub(subject, "b", { a = false, b = "%1" }))
  print("", "wrong", pcall(string.gsub, subject, "b", { a = {}, b = true, [1] = {} }))
  print("", "index", string.gsub(subject, "b", setmetatable({}, { __index = function(_, key) return "<" .. key .. ">" end })))
  print("", "chain", string.gsub(subject, "b", setmetatable({ a = "own" }, { __index = { b = "other" } })))
  print("", "limit", string.gsub(subject, "b", function() return "L" end, 1))
end

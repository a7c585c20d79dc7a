-- Functions and tables as replacement in gsub for the pattern x*.
local subjects = { "", "a", "cab", "abba", "123456789ab" }
for _, subject in ipairs(subjects) do
  local calls = {}
  print(subject, string.gsub(subject, "x*", function(...)
    local shown = {}
    for i = 1, select("#", ...) do shown[i] = tostring((select(i, ...))) end
    calls[#calls + 1] = table.concat(shown, ",")
  end))
  print("", table.concat(calls, " | "))
  for _, result in ipairs { "R", 5, -0.5, "", "%0", false } do
    print("", tostring(result), string.gsub(subject, "x*", function() return result end))
  end
  print("", "second", string.gsub(subject, "x*", function(a, b) return b end))
  print("", "nothing", string.gsub(subject, "x*", function() end))
  for _, result in ipairs { {}, true, print } do
    print("", type(result), pcall(string.gsub, subject, "x*", function() return result end))
  end
  print("", "fails", pcall(string.gsub, subject, "x*", function() error("stop", 0) end))
  print("", "table", string.gsub(subject, "x*", { a = "A", b = 7, ab = "AB", [1] = "one", [2] = "two", [""] = "empty" }))
  print("", "false", string.gsub(subject, "x*", { a = false, b = "%1" }))
  print("", "wrong", pcall(string.gsub, subject, "x*", { a = {}, b = true, [1] = {} }))
  print("", "index", string.gsub(subject, "x*", setmetatable({}, { __index = function(_, key) return "<" .. key .. ">" end })))
  print("", "chain", string.gsub(subject, "x*", setmetatable({ a = "own" }, { __index = { b = "other" } })))
  print("", "limit", string.gsub(subject, "x*", function() return "L" end, 1))
end

local seen = {}
local pcall, print, error = pcall, print, error
local function define()
  module("m", function(m) seen[1] = m end, function(m) m.second = true end)
end
define()
print(seen[1] == m)
print(pcall(function() module("m2", function() error("option", 0) end) end))
print(pcall(function() module("m3", 5) end))

local function e(level) error("in callback", level) end
print(pcall(table.foreach, { 1 }, function() e(1) end)) print(pcall(table.foreach, { 1 }, function() e(2) end)) print(pcall(table.foreach, { 1 }, function() e(3) end))
print(pcall(string.gsub, "x", "x", function() e(2) end)) print(pcall(string.gsub, "x", "x", function() e(3) end))
print(pcall(table.sort, { 1, 2 }, function() e(2) return true end)) print(pcall(pcall, e, 1)) print(pcall(pcall, e, 2)) print(pcall(pcall, e, 3))
print(pcall(xpcall, function() e(2) end, function(m) return m end))

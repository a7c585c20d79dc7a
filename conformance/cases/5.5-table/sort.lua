local function sorted(t, f) table.sort(t, f) return table.concat(t, " ") end
print(sorted { 3, 1, 2 }, sorted {}, sorted { 1 }, sorted { 2, 1 })
print(sorted({ 3, 1, 2 }, function(a, b) return a > b end))
print(sorted { "banana", "apple", "Cherry", "10", "9" })
print(sorted { 1, 1, 1, 0 }, sorted { -1, 2.5, 0, -3.5, 1e3 })
print(select("#", table.sort { 2, 1 }))
local words = { "ccc", "a", "bb", "dddd" }
print(sorted(words, function(a, b) return #a < #b end))

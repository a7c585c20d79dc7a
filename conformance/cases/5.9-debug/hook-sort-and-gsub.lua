local c = {}
debug.sethook(function(e) c[e] = (c[e] or 0) + 1 end, "cr")
table.sort({3, 1, 2}, function(a, b) return a < b end)
string.gsub("abc", ".", function(x) return x:upper() end)
debug.sethook()
print(c.call, c["return"], c["tail return"])

local n = 0
debug.sethook(function(e, l) n = n + 1 assert(e == "count" and l == nil) end, "", 1000)
for i = 1, 100000 do end
debug.sethook()
print(n > 50, n < 500)

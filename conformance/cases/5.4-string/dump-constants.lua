local f = loadstring(string.dump(function() return 1e300, -0.5, 2^53, 0.1, "a\0b\200", "", 12345678901234567890 end))
local r = { f() }
print(#r, r[1], r[2], r[3], r[4], #r[5], r[5]:byte(1, -1))
print(#r[6], r[7])

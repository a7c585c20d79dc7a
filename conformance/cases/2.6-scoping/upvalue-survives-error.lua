local saved
local ok = pcall(function() local v = "kept" saved = function() v = v .. "!" return v end error "x" end)
print(ok, saved(), saved())
local fs = {} for i = 1, 3 do pcall(function() local j = i fs[i] = function() j = j + i return j end error {} end) end print(fs[1](), fs[2](), fs[3](), fs[1]())
local x = 1 pcall(function() x = 2 error() end) print(x)
local co = coroutine.wrap(function() local y = 10 saved = function() y = y + 1 return y end coroutine.yield() y = 20 error "end" end) co() print(saved()) print(pcall(co)) print(saved())

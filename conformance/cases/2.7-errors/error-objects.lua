local E = {} E.__index = E E.__tostring = function(e) return "E(" .. e.msg .. ")" end
local function throw(msg) error(setmetatable({ msg = msg }, E)) end
local ok, e = pcall(throw, "boom") print(ok, tostring(e), getmetatable(e) == E, e.msg)
local function try(f, catch, finally) local r = { pcall(f) } if not r[1] then r = { true, catch(r[2]) } end if finally then finally() end return unpack(r, 2) end
print(try(function() throw "a" end, function(e) return "caught " .. e.msg end, function() print "finally" end)) print(try(function() return 1, 2 end, error, function() print "finally" end))
print(pcall(try, function() throw "b" end, function(e) error(e) end)== false)
local ok2, e2 = pcall(function() local ok, e = pcall(throw, "c") error(e) end) print(tostring(e2))

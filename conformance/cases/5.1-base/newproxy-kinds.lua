local plain, with = newproxy(), newproxy(true)
print(type(plain), getmetatable(plain), type(getmetatable(with)), getmetatable(newproxy(with)) == getmetatable(with), newproxy(with) == with, newproxy(false) ~= newproxy(false))
print(getmetatable(newproxy(nil)), pcall(newproxy, 5)) print(pcall(newproxy, {})) print(pcall(newproxy, "x")) print(pcall(newproxy, plain)) print(pcall(newproxy, io.stdout))
getmetatable(with).__index = function(_, k) return "field " .. k end
getmetatable(with).__len = function() return 99 end getmetatable(with).__call = function(_, ...) return select("#", ...) end
getmetatable(with).__tostring = function() return "proxy" end getmetatable(with).__concat = function(a, b) return "joined" end
getmetatable(with).__unm = function() return "negated" end getmetatable(with).__eq = function() return true end getmetatable(with).__lt = function() return true end
print(with.x, #with, with(1, nil), tostring(with), with .. 1, 1 .. with, -with, with == newproxy(with), with < newproxy(with), with <= newproxy(with))
print(pcall(function() plain.x = 1 end)) print(pcall(function() return plain.x end)) print(pcall(function() return #plain end)) print(pcall(function() return plain + 1 end)) print(pcall(function() plain() end))

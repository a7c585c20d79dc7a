for _, v in ipairs { 1, "x", true, {}, print, coroutine.create(function() end), newproxy() } do print(type(v)) end
print(type(nil), type(type), type(type(1)), pcall(type))
print(select("#", type(1, 2, 3)), pcall(function() type() end))
print(type(io.stdout), type(getmetatable("")), type(_G), type(_VERSION), type(0 / 0))

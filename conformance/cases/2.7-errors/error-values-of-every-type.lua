local co = coroutine.create(function() end)
for _, v in ipairs { 1, 1.5, "text", true, false, print } do local ok, e = pcall(error, v) print(ok, e == v, type(e)) end
local t = {} print(select(2, pcall(error, t)) == t, select(2, pcall(error, co)) == co)
print(pcall(error)) print(pcall(error, nil)) print(select("#", pcall(error)))
print(pcall(error, "a", 0)) print(pcall(error, 5, 0)) print(pcall(error, 5)) print(pcall(function() error(5) end)) print(pcall(function() error("5") end)) print(pcall(function() error(true) end))

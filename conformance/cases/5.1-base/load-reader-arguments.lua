print(pcall(load)) print(pcall(load, "return 1")) print(pcall(load, nil)) print(pcall(load, {})) print(pcall(load, function() end, {}))
print(type(load(function(...) print(select("#", ...)) end)))
print(load(coroutine.wrap(function() coroutine.yield("return ") coroutine.yield("'from ") coroutine.yield("coroutine'") end))())
print(pcall(coroutine.wrap(function() return load(coroutine.yield) end)))

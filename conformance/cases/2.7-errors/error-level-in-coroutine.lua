local function e(level) error("co", level) end
for level = 0, 4 do print(coroutine.resume(coroutine.create(function() e(level) end))) end
for level = 1, 3 do print(pcall(coroutine.wrap(function() e(level) end))) end
print(coroutine.resume(coroutine.create(e), 1)) print(coroutine.resume(coroutine.create(e), 2))

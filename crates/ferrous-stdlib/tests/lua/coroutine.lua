local function t(f, ...)
  local function collect(...) local out = {} for i = 1, select("#", ...) do local v = select(i, ...) local k = type(v) out[i] = (k == "table" or k == "function" or k == "thread") and k or tostring(v) end print(table.concat(out, " ")) end
  collect(pcall(f, ...))
end
t(coroutine.create) t(coroutine.create, print) t(coroutine.create, 1) t(coroutine.resume) t(coroutine.resume, 1) t(coroutine.status) t(coroutine.status, {}) t(coroutine.wrap) t(coroutine.wrap, print) t(coroutine.running) t(coroutine.yield, 1)
local co = coroutine.create(function(a, b) print(a, b, coroutine.status(coroutine.running())) local c = coroutine.yield(a + b) print(c) local d, e = coroutine.yield() print(d, e) return "end", 1 end)
print(coroutine.status(co)) print(coroutine.resume(co, 1, 2)) print(coroutine.status(co)) print(coroutine.resume(co, "c")) print(coroutine.resume(co, "d", "e")) print(coroutine.status(co)) print(coroutine.resume(co))
local bad = coroutine.create(function() error("inside") end) print(coroutine.resume(bad)) print(coroutine.status(bad), coroutine.resume(bad))
local bad2 = coroutine.create(function() error({}) end) print(type(select(2, coroutine.resume(bad2))))
local gen = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i) end end) print(gen(), gen(), gen(), gen()) print(pcall(gen))
local w = coroutine.wrap(function() error("wrapped") end) print(pcall(w)) local w2 = coroutine.wrap(function() error({}) end) print(type(select(2, pcall(w2))))
local outer outer = coroutine.create(function() local inner = coroutine.create(function() print(coroutine.status(outer)) print(coroutine.resume(outer)) end) print(coroutine.resume(inner)) print(coroutine.resume(coroutine.running())) end) print(coroutine.resume(outer))
print(coroutine.resume(coroutine.create(function() pcall(coroutine.yield) print(select(2, pcall(coroutine.yield))) end)))
print(coroutine.resume(coroutine.create(function() ("x"):gsub("x", coroutine.yield) end))) print(coroutine.resume(coroutine.create(function() for _ in coroutine.yield do end end)))
for v in coroutine.wrap(function() for i = 1, 4 do coroutine.yield(i * i) end end) do io.write(v, " ") end print()
local function permute(a, n) n = n or #a if n <= 1 then coroutine.yield(a) else for i = 1, n do a[n], a[i] = a[i], a[n] permute(a, n - 1) a[n], a[i] = a[i], a[n] end end end
for p in coroutine.wrap(function() permute{1, 2, 3} end) do io.write(table.concat(p), " ") end print()
local thread = coroutine.create(function(...) return select("#", ...), ... end) print(coroutine.resume(thread, nil, 1, nil))
print(coroutine.wrap(function() return pcall(pcall, error, "deep") end)())

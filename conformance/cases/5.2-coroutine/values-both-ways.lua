local co = coroutine.create(function(...)
  local n = select("#", ...)
  while true do
    local function count(...) n = select("#", ...) return ... end
    local got = { count(coroutine.yield(n, n * 2)) }
    if n == 0 then return "end", nil, nil end
  end
end)
print(coroutine.resume(co, 1, nil, nil)) print(coroutine.resume(co, nil)) print(coroutine.resume(co, 1, 2, 3, nil)) print(select("#", coroutine.resume(co))) print(coroutine.resume(co))

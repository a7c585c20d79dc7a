local function level(n)
  return coroutine.wrap(function()
    if n > 0 then for v in level(n - 1) do coroutine.yield(v .. n) end end
    coroutine.yield("<" .. n .. ">")
  end)
end
for v in level(4) do print(v) end

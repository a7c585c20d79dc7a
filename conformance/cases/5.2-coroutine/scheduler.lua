local log, tasks = {}, {}
for name = 1, 4 do tasks[name] = coroutine.create(function(first) for step = 1, name do log[#log + 1] = name .. "." .. step .. (coroutine.yield(step) or "") end return "done" .. name end) end
local round = 0
while next(tasks) do
  round = round + 1
  for name = 1, 4 do
    local co = tasks[name]
    if co then
      local ok, value = coroutine.resume(co, "r" .. round)
      if coroutine.status(co) == "dead" then log[#log + 1] = tostring(value) tasks[name] = nil end
    end
  end
end
print(table.concat(log, " "), round)

-- The table library reads and writes past metamethods.
local log = {}
local t = setmetatable({}, {
  __index = function(_, k) log[#log + 1] = "index" .. tostring(k) return "ghost" end,
  __newindex = function(_, k) log[#log + 1] = "newindex" .. tostring(k) end,
  __len = function() log[#log + 1] = "len" return 3 end,
})
table.insert(t, "a") table.insert(t, 1, "b")
print(rawget(t, 1), rawget(t, 2), #log)
print(table.concat(t, ","), table.remove(t), table.getn(t), table.maxn(t), #log)
table.sort(t) table.foreach(t, function(k, v) io.write(k, v, " ") end) table.foreachi(t, function(k, v) io.write(k, v, " ") end)
print(#log, pcall(table.concat, t, ",", 1, 3))
print(unpack(t, 1, 2))

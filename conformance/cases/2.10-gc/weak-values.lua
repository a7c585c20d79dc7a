local t = setmetatable({}, { __mode = "v" })
local kept = {}
t[1], t[2], t.kept = {}, {}, kept
t.number, t.text, t.flag = 5, "text", true
collectgarbage() collectgarbage()
print(t[1], t[2], t.kept == kept, t.number, t.text, t.flag)
kept = nil
collectgarbage() collectgarbage()
print(t.kept, t.text)

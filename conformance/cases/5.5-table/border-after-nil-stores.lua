-- PUC Lua makes an entry where nil is stored under an absent key: that can make it count anew, and move the border.
local function show(name, t) print(name, #t, unpack(t, 1, 6)) end
local t = {} t[0] = nil t[1] = 1 t[2] = 2 t[3] = 3 t[2] = nil
show("zero", t)
t = { nil, 1 } t[4] = nil show("beyond", t)
t = { nil, 1, true } t[11] = nil show("far beyond", t)
t = {} t[5] = nil t[2] = 1 t[4] = 1 t[1] = nil show("before", t)
t = { nil, nil, 3 } show("constructor", t)
t[-1] = nil show("minus one", t)
t = { nil, nil, 3 } t.x = nil show("name", t)
t = { nil, nil, 3, x = 1 } t.x = nil t.y = 1 show("name for name", t)
t = { nil, nil, 3, x = 1 } t.x = nil t[4] = 1 show("index for name", t)
t = { nil, 2, x = 1 } t.x = nil t.y = 1 t.z = 1 show("two names for one", t)
t = { nil, nil, 3 } t[true] = nil show("boolean", t)
t = { nil, nil, 3 } t[{}] = nil show("table", t)
t = { nil, nil, 3 } rawset(t, 7, nil) show("rawset", t)
t = { 1, 2, 3, 4 } t[#t + 1] = nil t[6] = 6 show("behind the end", t)
t = { 1, nil, 3, nil, 5 } for i = 1, 3 do table.insert(t, 1, i) show("insert", t) end
t = { 1, nil, 3, nil, 5 } for i = 1, 3 do table.remove(t, 1) show("remove", t) end
local queue = {} queue[0] = nil
for i = 1, 9 do queue[#queue + 1] = i if i % 3 == 0 then queue[i - 1] = nil end print(i, #queue) end

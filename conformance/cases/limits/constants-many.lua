local function sum(n) local t = {} for i = 1, n do t[i] = "s = s + " .. i .. ".5" end return "local s = 0\n" .. table.concat(t, "\n") .. "\nreturn s" end
for _, n in ipairs { 250, 255, 256, 257, 300, 1000, 20000 } do print(n, assert(loadstring(sum(n)))()) end
local function strings(n) local t = {} for i = 1, n do t[i] = "t[" .. i .. "] = 'string " .. i .. "'" end return "local t = {}\n" .. table.concat(t, "\n") .. "\nreturn t" end
for _, n in ipairs { 254, 255, 256, 257, 600 } do local t = assert(loadstring(strings(n)))() print(n, #t, t[1], t[n]) end

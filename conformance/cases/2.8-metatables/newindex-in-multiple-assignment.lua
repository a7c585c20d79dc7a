local log = {} local function obs(name) return setmetatable({}, { __newindex = function(_, k, v) log[#log + 1] = name .. "." .. tostring(k) .. "=" .. tostring(v) end }) end
local a, b = obs "a", obs "b" a.x, b.y, a.z = 1, 2, 3 print(table.concat(log, " ")) log = {}
a[1], a[2], a[3] = (function() return 1, 2, 3 end)() print(table.concat(log, " ")) log = {}
local i = 1 i, a[i], b[i] = 5, "v1", "v2" print(table.concat(log, " "), i) log = {}
a.x, a.y = 1 print(table.concat(log, " ")) log = {} for k, v in pairs { only = 1 } do a[k] = v end function a.f() end print(#log, log[1])

local function show(t, keys) local r = {} for k in keys:gmatch("%a+") do r[#r+1] = k .. "=" .. tostring(t[k]) end print(table.concat(r, " ")) end
local function g() show(debug.getinfo(2), "source short_src linedefined lastlinedefined what currentline nups name namewhat") show(debug.getinfo(1), "name namewhat what") end
local function f() return g() end
f()

local function show(t, keys) local r = {} for k in keys:gmatch("%a+") do r[#r+1] = k .. "=" .. tostring(t[k]) end print(table.concat(r, " ")) end
local t = {}
function t:m(x)
  show(debug.getinfo(1), "linedefined lastlinedefined currentline name namewhat")
end
t:m()
t.m(t)

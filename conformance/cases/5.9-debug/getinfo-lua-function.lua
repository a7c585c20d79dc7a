local function show(t, keys) local r = {} for k in keys:gmatch("%a+") do r[#r+1] = k .. "=" .. tostring(t[k]) end print(table.concat(r, " ")) end
local up = 1
local function f(a)
  return a + up
end
show(debug.getinfo(f), "source short_src linedefined lastlinedefined what currentline nups name namewhat")
print(debug.getinfo(f).func == f)

local function show(t, keys) local r = {} for k in keys:gmatch("%a+") do r[#r+1] = k .. "=" .. tostring(t[k]) end print(table.concat(r, " ")) end
show(debug.getinfo(1), "source short_src linedefined lastlinedefined what currentline nups name namewhat")

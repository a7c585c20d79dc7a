local log = {}
local function iter(state, control) log[#log + 1] = tostring(control) if #log < 4 then return #log * 10 end end
for c in iter do c = "changed by body" end
print(table.concat(log, " "))
log = {}
for c in iter, nil, "initial" do local d = c end
print(table.concat(log, " "))

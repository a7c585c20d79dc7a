-- The iterator may be any callable value, and extra values of the list are dropped.
local callable = setmetatable({}, { __call = function(self, state, control) if control < state then return control + 1 end end })
for i in callable, 3, 0, "ignored" do print(i) end
print(pcall(function() for i in nil do end end))
print(pcall(function() for i in {} do end end))
print(pcall(function() for i in 5, 6 do end end))
local t = {}
print(pcall(function() for k in pairs(t.missing) do end end))

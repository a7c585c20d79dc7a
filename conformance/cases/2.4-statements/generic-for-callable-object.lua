local counter = setmetatable({ n = 0 }, { __call = function(self, state, control) self.n = self.n + 1 if self.n <= 3 then return self.n, state, control end end })
for i, s, c in counter, "state" do print(i, s, c) end
local meta = setmetatable({}, { __call = function() error("iterator failed") end })
print(pcall(function() for x in meta do end end))

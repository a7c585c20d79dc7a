-- Any value but nil and false counts as true; more results are ignored; none is false.
local function run(less)
  local t = { 3, 1, 2, 5, 4 }
  print(pcall(table.sort, t, less))
  print(table.concat(t, " "))
end
run(function(a, b) return a < b and 0 or nil end)
run(function(a, b) return a < b and "" end)
run(function(a, b) return a < b, "more", 1 end)
run(function(a, b) if a > b then return 1 end end)
run(setmetatable({}, { __call = function(_, a, b) return a < b end }))
run(nil)
run(math.max)
run(rawequal)

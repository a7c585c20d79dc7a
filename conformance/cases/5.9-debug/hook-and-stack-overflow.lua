-- The hook's own calls count, what Lua keeps for it does not.
local function leaf() end
local function inner() leaf() end
local hooks = { { "empty", function() end }, { "native", function() type(1) end }, { "lua", function() inner() end } }
for _, mask in ipairs({ "c", "l", "r", "cr", "clr", "" }) do
  for _, hook in ipairs(hooks) do
    local n = 0
    local function rec() n = n + 1 rec() return 1 end
    local ok, message = pcall(function() debug.sethook(hook[2], mask, mask == "" and 1 or 0) rec() end)
    debug.sethook()
    print(mask, hook[1], n, (tostring(message):gsub("\n.*", "")))
  end
end

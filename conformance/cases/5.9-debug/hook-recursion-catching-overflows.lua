-- A recursion whose natives are watched by a hook, and that catches an overflow at each level, ends as it does without.
local function hook() end
local runs = {}
function runs.caught() pcall(string.rep) return 1 + runs.caught() end
function runs.raised() pcall(error, "x") return 1 + runs.raised() end
for _, name in ipairs { "caught", "raised" } do
  for _, mask in ipairs { "", "c", "r", "l", "cr", "crl" } do
    debug.sethook(hook, mask, mask == "" and 100 or nil)
    local ok = pcall(runs[name])
    debug.sethook()
    print(name, mask, ok)
  end
end

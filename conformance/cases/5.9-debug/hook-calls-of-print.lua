-- print calls tostring for each of its arguments, and a hook hears of it.
local events = {}
local function hook(event)
  local info = debug.getinfo(2, "nSf")
  local name = info.func == tostring and "tostring" or info.func == print and "print" or info.name or "?"
  events[#events + 1] = event .. " " .. name .. " " .. info.what .. " " .. info.namewhat
end
debug.sethook(hook, "cr")
print("a", 1, nil)
print()
print(setmetatable({}, { __tostring = function() return "object" end }))
debug.sethook()
for _, event in ipairs(events) do print(event) end

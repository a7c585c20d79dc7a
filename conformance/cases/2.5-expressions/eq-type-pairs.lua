-- == on every pair of types
local names = { "nil", "true", "false", "12", "0.5", "'10'", "' 0x10 '", "'abc'", "''", "{}", "print", "thread", "userdata" }
local thread, userdata = coroutine.create(function() end), newproxy()
local values = { nil, true, false, 12, 0.5, "10", " 0x10 ", "abc", "", {}, print, thread, userdata }

for i, left in ipairs(names) do
  for j, right in ipairs(names) do
    local ok, result = pcall(function(a, b) return a == b end, values[i], values[j])
    print(left .. " == " .. right, ok and tostring(result) or result:gsub("^[^:]*:%d+: ", ""))
  end
end

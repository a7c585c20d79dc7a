-- The handler runs where the error happened.
local function fail() local here = "local of fail" error("deep", 0) end
print(xpcall(function() fail() end, function(m)
  local trace = debug.traceback(m)
  return (trace:gsub("\n.*in function 'fail'.*", "\n... fail seen"))
end))
print(xpcall(function() local x = nil; return x.y end, function(m) return "[" .. m .. "]" end))
print(xpcall(function() return {} .. "x" end, function(m) return "[" .. m .. "]" end))
print(xpcall(function() string.rep() end, function(m) return "[" .. m .. "]" end))
print(xpcall(function() local t = nil; t() end, function(m) return "[" .. m .. "]" end))

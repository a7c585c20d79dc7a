for _, time in ipairs { 0, 951782400, 1e9, -1, 253402300800 } do
  local t = os.date("!*t", time)
  print(t.year, t.month, t.day, t.hour, t.min, t.sec, t.wday, t.yday, t.isdst)
end
local n = 0
for k in pairs(os.date("*t")) do n = n + 1 end
print(n)

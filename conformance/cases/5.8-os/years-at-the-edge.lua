-- Years are counted from 1900 in C's int, and shown in one.
print(os.date("!%Y", 67767976233532799), os.date("!%Y", 67767976233532800), os.date("!%Y", 67768036191676799))
print(os.date("!*t", 67767976233532800).year, os.date("!%Y", 67768036191676800))
print(os.date("!%c", 67767976233532800))
local function at(fields)
  local date = { year = 2000, month = 1, day = 1, hour = 0 }
  for name, value in pairs(fields) do date[name] = value end
  return string.format("%.0f", os.time(date) or -1)
end
print(#at { year = 2 ^ 31 }, #at { month = 2 ^ 31 }, #at { year = 2 ^ 31 - 1 }, #at { month = -2 ^ 31 })
print(at({ year = 2 ^ 31 }):sub(1, 1), at({ month = 2 ^ 31 }):sub(1, 1), at({ year = 2 ^ 31 + 3 }):sub(1, 6))

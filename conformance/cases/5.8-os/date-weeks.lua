for year = 2004, 2016 do
  for _, day in ipairs { 1, 2, 3, 4, 362, 363, 364, 365 } do
    local time = os.time { year = year, month = 1, day = day }
    io.write(os.date("!%G-%V %g %U %W %u%w %j, ", time))
  end
  print()
end

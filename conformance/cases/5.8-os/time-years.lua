for _, year in ipairs { -1, 0, 99, 100, 1899, 1900, 1969, 1999, 2100, 10000 } do print(year, os.time { year = year, month = 1, day = 1 }) end

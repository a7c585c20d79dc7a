for _, time in ipairs { -3153600000, 253402300799, 253402300800, 1e11, -1e11, 1e17, 1e300, -1e300 } do
  print(time, os.date("!%c %C %y %G %g", time))
end

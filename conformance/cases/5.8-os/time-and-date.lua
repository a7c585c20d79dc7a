for time = 0, 4e9, 123456789 do
  local t = os.date("*t", time)
  assert(os.time(t) == time)
  t.isdst = nil
  assert(os.time(t) == time)
end
print("ok")

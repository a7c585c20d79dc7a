print("not reached")
if true then
  print("open")

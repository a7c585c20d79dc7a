print(debug.getinfo(100))
print(debug.getinfo(-1).what, debug.getinfo("1", "l").currentline)

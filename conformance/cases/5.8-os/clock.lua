local start = os.clock()
for i = 1, 1e5 do end
print(type(start), os.clock() >= start)

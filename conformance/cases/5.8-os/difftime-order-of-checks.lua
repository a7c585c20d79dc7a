-- The second argument is looked at first.
print(pcall(os.difftime, nil, true))
print(pcall(os.difftime, {}, "x"))
print(pcall(os.difftime, "x"))
print(pcall(os.difftime))
print(os.difftime("7", " 2 "), os.difftime(9.9, 1.9), os.difftime(3, nil))

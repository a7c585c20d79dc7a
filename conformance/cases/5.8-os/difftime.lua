print(os.difftime(5, 3), os.difftime(3.9, 1.2), os.difftime("7", "2"), os.difftime(5))
print(pcall(os.difftime))
print(pcall(os.difftime, 1, {}))
print(pcall(os.difftime, "x"))

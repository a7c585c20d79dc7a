print(pcall(os.exit, "x"))
print(pcall(os.exit, true))
print(pcall(os.exit, {}))

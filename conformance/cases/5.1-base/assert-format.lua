-- The message is not a format.
print(pcall(assert, nil, "100%"))
print(pcall(assert, nil, "%s %d %"))
print(pcall(assert, false, ("x"):rep(600)))

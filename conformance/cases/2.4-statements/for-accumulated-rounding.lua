local n, last = 0
for x = 0, 1, 0.1 do n = n + 1 last = x end print(n, last, ("%.17g"):format(last))
n = 0 for x = 1, 0, -0.1 do n = n + 1 last = x end print(n, ("%.17g"):format(last))
n = 0 for x = 0, 0.3, 0.1 do n = n + 1 end print(n)
n = 0 for x = 1, 2, 1/3 do n = n + 1 last = x end print(n, ("%.17g"):format(last))

package.preload.n = 5
print(pcall(require, "n"))

-- Only that it gives a string or refuses natives; the bytes are nobody's business.
print(pcall(string.dump))
print(pcall(string.dump, print))
print(pcall(string.dump, 5))

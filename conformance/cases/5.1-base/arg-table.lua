-- The stand-alone program puts the script's name and arguments into the global "arg".
print(type(arg), arg[0], arg[1], #arg)
print(select("#", ...), (...))

assert(1 == 1)
assert(nil, "assertion text")

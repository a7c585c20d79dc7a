-- Within one function the constants 0 and -0 are one: the first seen wins.
print((function() return 1 / 0, 1 / -0 end)())
print((function() return -0, 0 end)())
print((function() return 0 * -1 end)())

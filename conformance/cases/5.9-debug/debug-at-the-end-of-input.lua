-- At the end of its input it returns nothing, and the program goes on.
print(select("#", debug.debug()))
print(pcall(debug.debug, 1, 2))

#!/usr/bin/env -S ferrous run
print(select("#", ...), ...)
print(arg[0], arg[1], arg[#arg], arg[-1])

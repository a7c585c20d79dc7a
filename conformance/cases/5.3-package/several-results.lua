package.preload.m = function() return 1, 2, 3 end
print(require "m")
print(require "m")

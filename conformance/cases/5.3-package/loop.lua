package.preload.a = function() require "b" end
package.preload.b = function() require "a" end
print(pcall(require, "a"))
print(pcall(require, "a"))
print(pcall(require, "b"))

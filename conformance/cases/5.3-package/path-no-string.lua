package.path = nil
print(pcall(require, "x"))
package.path = {}
print(pcall(require, "x"))
package.path = 5
package.cpath = nil
print(pcall(require, "x"))
print(pcall(function() require "x" end))

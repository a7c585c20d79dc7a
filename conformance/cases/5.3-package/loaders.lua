local old = package.loaders
package.loaders = {}
print(pcall(require, "q"))
print(require "math" == math)
package.loaders = old
table.insert(package.loaders, 1, function(name) print("asked for", name) return function(...) return "made", ... end end)
print(require "q")
print(package.loaded.q)

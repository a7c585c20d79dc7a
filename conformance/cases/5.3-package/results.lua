package.preload.nothing = function() end
package.preload.sets = function(name) package.loaded[name] = "set" end
package.preload.both = function(name) package.loaded[name] = "set" return "returned" end
package.preload.no = function() print("no runs") return false end
print(require "nothing", package.loaded.nothing)
print(require "sets", require "both")
print(require "no", package.loaded.no, require "no")

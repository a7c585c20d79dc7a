package.preload.f = function() error("oops") end
print(pcall(require, "f"))
print(pcall(require, "f"))
package.loaded.f = nil
package.preload.f = function() return "fine" end
print(require "f")

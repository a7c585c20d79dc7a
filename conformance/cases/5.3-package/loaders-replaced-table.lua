for i = #package.loaders, 1, -1 do package.loaders[i] = nil end
print(pcall(require, "q"))
package.loaders[1] = function(name) return "\n\tfirst " .. name end
package.loaders[2] = function() return nil end
package.loaders[3] = function() return 7 end
package.loaders[4] = function() return {} end
print(pcall(require, "q"))
package.loaders[5] = true
print(pcall(require, "q"))

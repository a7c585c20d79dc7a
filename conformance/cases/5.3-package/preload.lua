package.preload.a = function(...)
  print("loading", ...)
  print(type(package.loaded.a))
  return { x = 1 }
end
print(require "a".x, require "a" == package.loaded.a)

package.path, package.cpath = "./?.lua;/x/?/init.lua", "./?.so"
print(pcall(require, "no.such.module"))
print(pcall(require, "nothing"))
print(pcall(function() require "nothing" end))

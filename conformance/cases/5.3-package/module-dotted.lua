local print = print
local function define()
  module("a.b.c")
  z = 2
end
define()
print(a.b.c.z, a.b.c._NAME, a.b.c._PACKAGE, a.b._NAME, package.loaded["a.b.c"] == a.b.c, package.loaded.a)

local function define()
  module("one")
  y = 1
end
define()
print(one.y, one._NAME, one._PACKAGE == "", one._M == one, package.loaded.one == one, y)

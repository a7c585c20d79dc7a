local print, package = print, package
module("whole", package.seeall)
value = 3
print(_NAME, value, whole.value, package.loaded.whole == _M)

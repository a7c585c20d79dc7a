local name = os.tmpname()
local directory, base = name:match("^(.*/)([^/]*)$")
package.path = directory .. "?"
local function write(text)
  local f = io.open(name, "w")
  f:write(text)
  f:close()
end
write("return { name = ..., count = select('#', ...) }")
local m = require(base)
print(m.name == base, m.count, package.loaded[base] == m)
write("return 5")
print(require(base) == m)
package.loaded[base] = nil
print(require(base))
os.remove(name)

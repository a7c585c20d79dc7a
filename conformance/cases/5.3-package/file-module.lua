local name = os.tmpname()
local directory, base = name:match("^(.*/)([^/]*)$")
package.path = directory .. "?"
local function write(text)
  local f = io.open(name, "w")
  f:write(text)
  f:close()
end
write("module(..., package.seeall) function hello() return _NAME, _PACKAGE end x = 5")
local m = require(base)
print(m.hello() == base, m.x, m._M == m, _G[base] == m, rawget(_G, "x"), m.print == print)
os.remove(name)

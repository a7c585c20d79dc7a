local name = os.tmpname()
local directory, base = name:match("^(.*/)([^/]*)$")
package.path = directory .. "?"
local function write(text)
  local f = io.open(name, "w")
  f:write(text)
  f:close()
end
write("x = = 1")
print((select(2, pcall(require, base)):gsub(base, "NAME")))
write("return 1")
print(require(base))
os.remove(name)

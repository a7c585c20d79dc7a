local name = os.tmpname()
local directory, base = name:match("^(.*/)([^/]*)$")
package.path = directory .. "?"
local function write(text)
  local f = io.open(name, "w")
  f:write(text)
  f:close()
end
write("\nerror('oops')")
print((select(2, pcall(require, base)):gsub(base, "NAME")))
print((select(2, pcall(require, base)):gsub(base, "NAME")))
os.remove(name)

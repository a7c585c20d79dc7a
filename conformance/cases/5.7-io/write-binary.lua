local name = os.tmpname()
local all = {}
for i = 0, 255 do all[#all + 1] = string.char(i) end
local f = io.open(name, "wb")
f:write(table.concat(all))
f:close()
f = io.open(name, "rb")
local text = f:read("*a")
print(#text, text == table.concat(all))
f:close()
os.remove(name)

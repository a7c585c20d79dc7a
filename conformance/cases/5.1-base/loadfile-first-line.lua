local name = os.tmpname()
local function write(text)
  local f = io.open(name, "w")
  f:write(text)
  f:close()
end
for _, text in ipairs { "#!x\nreturn 1", "#", "#x", "#\n\nreturn 2", "# x\n= 5", "\n#x", "#a\n#b", "return 3 -- no end" } do
  write(text)
  local f, message = loadfile(name)
  print(f and f(), message and (message:gsub(name, "NAME")))
end
write("#first\nerror('here')")
print((select(2, pcall(dofile, name)):gsub(name, "NAME")))
os.remove(name)

local function change() setfenv(2, { print = print, value = "changed" }) end
local function f()
  change()
  print(value)
end
value = "global"
f()
f()
print(value)
setfenv(1, { print = print, value = "mine" })
print(value)

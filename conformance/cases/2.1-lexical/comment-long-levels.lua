for level = 0, 5 do
  local eq = ("="):rep(level)
  local f = loadstring("return 1 --[" .. eq .. "[ x ]] ]=] ]==] \n" .. "]" .. eq .. "] + 2")
  print(level, f and f())
end
print(loadstring("--[[ open", "=c"))
print(loadstring("--[==[ open\n\n]=]", "=c"))
print(loadstring("--[=\nreturn 5", "=c")())
print(loadstring("--[=x[\nreturn 6", "=c")())
print(loadstring("--[[]]return 7", "=c")())
print(loadstring("--[[\n]]--[[\n]]return 8", "=c")())

print(loadstring("\27Lua"))
print(loadstring("\27Lux", "@name"))
print(loadstring("\27xxxxxxxxxxxxxxxxxxxxxxxx", "plain"))
print(loadstring("\27", "\27x"))
print(loadstring("\27LuaQ\200\200\200\200\200\200\200\200", "=(name)"))
print(type(load(function() return nil end)))
local once = "\27bad header, certainly"
print(load(function() local t = once once = nil return t end))

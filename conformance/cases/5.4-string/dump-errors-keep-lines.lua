local f = loadstring("\n\nlocal a\na.b = 1", "@file.lua")
print(pcall(loadstring(string.dump(f), "=ignored")))
print(pcall(loadstring(string.dump(function() undefined() end))))

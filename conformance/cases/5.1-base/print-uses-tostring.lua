local original = tostring
tostring = function(v) return "<" .. original(v) .. ">" end
print(1, "a", nil)
tostring = function() return 5 end
print("number accepted")
tostring = function() return nil end
local ok, message = pcall(print, "x")
tostring = nil
local ok2, message2 = pcall(print, 1)
tostring = original
print(ok, message)
print(ok2, message2)

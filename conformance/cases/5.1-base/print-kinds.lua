print() print(nil) print(1, nil) print("a\0b", 1) print(true, false, 0.1, -0.0 == 0, 1e100) print("") print("", "") print("tab\there", "nl\nhere")
print((tostring(print):gsub("0x%x+", "ADDRESS"))) print(select("#", print()))
print(setmetatable({}, { __tostring = function() return "object" end }), setmetatable({}, { __tostring = function() return "other" end }))
print(("x"):rep(2000):len(), ("long "):rep(3))

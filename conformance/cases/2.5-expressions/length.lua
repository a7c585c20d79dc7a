print(#"", #"abc", #"a\0b", #"\n")
print(#{}, #{ 1, 2, 3 }, #{ n = 1 }, #{ 1, 2, nil })
local t = { 1, 2, 3 }
t[4] = 4
print(#t)
t[#t] = nil
print(#t)
t[#t + 1] = "x"
print(#t, t[#t])
for _, v in ipairs { nil, true, 5, print } do print(v) end
print(pcall(function() return #5 end))
print(pcall(function() local n return #n end))

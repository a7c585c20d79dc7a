print(("%d items"):format(3), ("x"):rep(2):upper():lower():len())
local s = "chain"
print(s:upper():sub(1, 3):reverse(), #s:rep(2), s:byte() + 1)
print(pcall(function() return s:nothing() end))
print(pcall(function() return ("lit"):nothing() end))
print(string.format == ("").format, ("").len == string.len)

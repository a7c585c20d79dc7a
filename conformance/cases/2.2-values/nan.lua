local nan = 0/0
print(nan == nan, nan ~= nan, nan < nan, nan > nan, nan <= 1, nan >= 1)
local t = {}
print(pcall(function() t[nan] = 1 end))
print(t[nan], rawget(t, nan))
print(rawequal(nan, nan), nan == 1, type(nan))
print((math.huge - math.huge) ~= (math.huge - math.huge))

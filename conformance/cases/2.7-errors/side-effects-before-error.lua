local log = {} local function note(x) log[#log + 1] = x return x end
print(pcall(function() note(1) local t = { note(2), note(3), error("here", 0), note(4) } end)) print(table.concat(log, " "))
log = {} print(pcall(function() local a, b = note "a", nil + note(1) note "never" end)) print(table.concat(log, " "))
log = {} local t = {} print(pcall(function() t.a, t.b, t.c.d = note(1), note(2), note(3) end)) print(table.concat(log, " "), t.a, t.b)
log = {} print(pcall(function() print(note "x", undefined.y, note "z") end)) print(table.concat(log, " "))
local n = 0 print(pcall(function() for i = 1, 5 do n = i if i == 3 then error("loop", 0) end end end)) print(n)

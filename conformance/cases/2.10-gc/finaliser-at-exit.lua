for i = 1, 4 do local p = newproxy(true) getmetatable(p).__gc = function() print("finaliser", i) if i == 3 then error "lost" end end _G["kept" .. i] = p end
print "end of program"

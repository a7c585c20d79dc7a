do local p = newproxy(true) getmetatable(p).__gc = function() error "in finaliser" end end
print(pcall(collectgarbage)) print(pcall(collectgarbage)) print "after"

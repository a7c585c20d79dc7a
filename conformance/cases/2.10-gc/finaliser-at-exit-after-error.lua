local p = newproxy(true) getmetatable(p).__gc = function(o) print("closed", type(o)) end
print "before" error("failed", 0)

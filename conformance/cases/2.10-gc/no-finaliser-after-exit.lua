local p = newproxy(true) getmetatable(p).__gc = function() print "never" end io.write "x\n" os.exit(0)

local f = io.popen("/nonexistent/command 2>/dev/null")
print(f:read("*a") == "", f:close())

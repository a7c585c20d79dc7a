for _, mode in ipairs { "", "rw", "q", "r+", "rb" } do print(mode, io.popen("true", mode)) end
print(pcall(io.popen))
print(pcall(io.popen, {}))
print(pcall(io.popen, "true", {}))
print(io.popen("exit 0", "r"):close())

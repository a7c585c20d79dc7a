print(pcall(io.lines, "/nonexistent/file"))
print(pcall(function() for line in io.lines("/nonexistent/file") do end end))
for line in io.lines("/nonexistent/file") do end

print(io.open("/nonexistent/file"))
print(io.open("/nonexistent/file", "w"))
print(io.open(""))
print(select("#", io.open("/nonexistent")))

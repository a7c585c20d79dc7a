io.write("no newline")
error("stop", 0)

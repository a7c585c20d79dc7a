print("before")
error("bare words", 0)

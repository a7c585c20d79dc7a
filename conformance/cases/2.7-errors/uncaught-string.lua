print("before")
error("final words")

print("before")
error(false)

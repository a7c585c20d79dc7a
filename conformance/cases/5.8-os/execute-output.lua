io.stdout:setvbuf("no")
print("before")
os.execute("echo between")
print("after")

io.write("written")
os.exit(7)
print("never")

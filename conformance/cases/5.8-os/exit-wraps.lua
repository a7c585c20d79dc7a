os.exit(256 + 5)

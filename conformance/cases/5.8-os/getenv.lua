print(os.getenv("LC_ALL"), os.getenv("TZ"), os.getenv("NO_SUCH_VARIABLE"), os.getenv(""), os.getenv("A=B"))
print(pcall(os.getenv))
print(pcall(os.getenv, {}))
print(os.getenv("TZ\0x"))

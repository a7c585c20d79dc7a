print(os.date("!%5d|%-d|%_d|%0e|%Ey|%Od|%#a|%^a|100%", 0))
print(os.date("!%", 0), os.date("!", 0) == "", os.date("", 0) == "", os.date("!!%d", 0))

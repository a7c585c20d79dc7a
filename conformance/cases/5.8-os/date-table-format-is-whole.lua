print(os.date("*tx", 0), os.date("!*t2", 0), os.date("*", 0), os.date("* t", 0), os.date("x*t", 0))

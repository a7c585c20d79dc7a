print(os.date("!%Y\0%m", 0))
print(#os.date("!abc\0def", 0))

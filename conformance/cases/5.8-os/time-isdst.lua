print(os.time { year = 2021, month = 7, day = 1, isdst = false })
print(os.time { year = 2021, month = 7, day = 1, isdst = true })
print(os.time { year = 2021, month = 7, day = 1, isdst = 0 })

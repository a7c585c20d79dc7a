for hour = 0, 23 do print(os.date("!%H %I %k %l %p %P %r", hour * 3600)) end

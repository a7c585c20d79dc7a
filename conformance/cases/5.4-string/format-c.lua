print(("%c%c%c"):format(76, 117, 97), ("%c"):format("65"), ("%c"):format(200):byte())
print(("%5c|%-3c|"):format(65, 66))
print(("%c"):format(256 + 65), ("%c"):format(-1):byte())

print(("\a\b\f\n\r\t\v"):byte(1, -1))
print(("\\\"\'"):byte(1, -1))
print("tab\tend", 'single "inside"', "double 'inside'")
print('\'', "\"", "\\n")

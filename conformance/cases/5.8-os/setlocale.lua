print(os.setlocale())
print(os.setlocale("C"), os.setlocale("POSIX"), os.setlocale("no_SUCH"), os.setlocale(""))
for _, category in ipairs { "all", "collate", "ctype", "monetary", "numeric", "time" } do print(os.setlocale("C", category)) end
print(pcall(os.setlocale, "C", "x"))
print(pcall(os.setlocale, {}))
print(pcall(os.setlocale, "C", {}))

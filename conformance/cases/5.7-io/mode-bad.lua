local name = os.tmpname()
for _, mode in ipairs { "", "x", "q", "b", "+", "R", " r" } do print(mode, select(3, io.open(name, mode))) end
for _, mode in ipairs { "rb", "r+b", "rb+", "rz", "wb", "ab+", "a", "w+" } do print(mode, io.type(io.open(name, mode))) end
print(select(3, io.open(name, "wx")))
os.remove(name)

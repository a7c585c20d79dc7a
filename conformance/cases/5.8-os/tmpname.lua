local a, b = os.tmpname(), os.tmpname()
print(a ~= b, a:match("^/tmp/lua_%w%w%w%w%w%w$") == a)
print(io.open(a):read("*a") == "")
print(os.remove(a), os.remove(b))

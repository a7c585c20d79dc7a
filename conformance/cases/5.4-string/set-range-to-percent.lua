-- A range that ends in % leaves the second % alone before the bracket, which it then escapes.
print(("]%a"):gsub("[a-%%]", "x"))
print(("]%a"):gsub("[^a-%%]", "x"))
print(("]$%&"):gsub("[!-%%]", "x"))
print(("]a"):gsub("%f[a-%%]", "x"))

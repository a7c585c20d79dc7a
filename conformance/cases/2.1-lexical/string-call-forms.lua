local function f(...) return select("#", ...), ... end
print(f"double")
print(f'single')
print(f[[long]])
print(f[==[long]==])
print(f"a".."b")
print(("x"):rep(3), ("%d"):format(5), #("abc"):upper())

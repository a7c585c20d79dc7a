-- a string that does not end, whose last byte is a quote, but an escaped one
local function try(code) print((select(2, loadstring(code, "=c")))) end
try('x = "\\"\n')
try('x = "a\\"\n')
try('x = "a\\"b\n')
try("x = '\\'\n")
try("x = '\\\\\\'\n")
try('x = "\\65\\"\n')
try('x = "a\\"')
try('x = "a\\"\\300"')
try('x = "\\"" "\\""')

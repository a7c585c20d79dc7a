local function try(code) local f, m = loadstring(code, "=c") print(m or "compiles") end
try("f\n(g)")
try("x = f\n(g)()")
try("f()\n(g)()")
try("f\n'text'")
try("f\n{ }")
try("f(g)\n;(h)()")
try("a = b\n[1] = 2")
try("x = f -- note\n(1)")

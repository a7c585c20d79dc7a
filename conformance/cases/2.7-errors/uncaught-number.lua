local function f() error(404) end
f()

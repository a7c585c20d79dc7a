local function f() error("blames the caller", 2) end
f()

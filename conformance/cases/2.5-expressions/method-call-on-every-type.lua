local function try(f, ...) print(select(2, pcall(f, ...))) end
try(function(v) return v:m() end, nil) try(function(v) return v:m() end, true) try(function(v) return v:m() end, 5)
try(function(v) return v:m() end, "s") try(function(v) return v:m() end, {}) try(function(v) return v:m() end, print)
try(function(v) return v:m() end, coroutine.create(function() end)) try(function(v) return v:m() end, newproxy())
try(function() return (5):m() end) try(function() return ("s"):m() end) try(function() return ({}):m() end) try(function() return (nil):m() end)
try(function() return undefined:m() end) try(function() local t = {} return t.x:m() end) try(function() local t = { x = {} } return t.x:m() end)
try(function() return ("x"):len() end) try(function() return io.stdout:nothing() end)
try(function() local t = { m = 5 } return t:m() end) try(function() local t = { m = setmetatable({}, { __call = function(_, self) return type(self) end }) } return t:m() end)

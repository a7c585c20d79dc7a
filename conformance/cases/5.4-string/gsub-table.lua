local t = { name = "lua", version = 5.1, yes = false }
print(("$name $version $yes $other"):gsub("%$(%w+)", t))
print(("abc"):gsub("%w", { a = "1", b = 2 }))
local m = setmetatable({}, { __index = function(_, k) return "<" .. k .. ">" end })
print(("a b"):gsub("%w", m))
print(("abc"):gsub("(a)(b)", { a = "first" }))
print(pcall(string.gsub, "abc", "a", { a = {} }))
print(pcall(string.gsub, "abc", "a", { a = true }))
print(("abc"):gsub("()", { "x", [3] = "y" }))

local function bytes(code) return (assert(loadstring("return " .. code))():gsub(".", function(c) return c:byte() .. " " end)) end
print(bytes "[[a\nb]]", bytes "[[a\r\nb]]", bytes "[[a\rb]]", bytes "[[a\n\rb]]")
print(bytes "[[\nb]]", bytes "[[\r\nb]]", bytes "[[\n\rb]]", bytes "[[\rb]]")
print(bytes "[[\n\nb]]", bytes "[[\r\n\r\nb]]", bytes "[[\r\rb]]")
print(bytes "[[a\r\r\nb]]", bytes "[[a\n\n\rb]]")
print(bytes "'a\\\nb'", bytes "'a\\\r\nb'", bytes "'a\\\rb'", bytes "'a\\\n\rb'")

-- nested tables: how deep they may be, and what is said beyond
local function code(n) return 'return ' .. ('{'):rep(n) .. '' .. ('}'):rep(n) end
local first
for n = 1, 260 do
  if not loadstring(code(n), "=c") then first = n break end
end
print(first)
print((select(2, loadstring(code(first or 260), "=c"))))
print((select(2, loadstring(code(1000), "=c"))))
print((select(2, loadstring("\n\n" .. code(300), "=c"))))
print(loadstring(code((first or 2) - 1), "=c") ~= nil)
print((select(2, loadstring(code(40):sub(1, -3), "=c"))))
print((select(2, loadstring("function named()\n" .. code(first or 260) .. " end", "=c"))))

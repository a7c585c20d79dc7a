local function body(n) return ("x = x + 1\n"):rep(n) end
for _, n in ipairs { 10, 1000, 20000 } do
  print(n, assert(loadstring("local x, i = 0, 0 while i < 3 do i = i + 1\n" .. body(n) .. "end return x"))())
  print(n, assert(loadstring("local x = 0 for i = 1, 3 do\n" .. body(n) .. "end return x"))())
  print(n, assert(loadstring("local x, i = 0, 0 repeat i = i + 1\n" .. body(n) .. "until i == 3 return x"))())
  print(n, assert(loadstring("local x = 0 if ... then\n" .. body(n) .. "else\n" .. body(2 * n) .. "end return x"))(true), assert(loadstring("local x = 0 if ... then\n" .. body(n) .. "else\n" .. body(2 * n) .. "end return x"))(false))
  print(n, assert(loadstring("local x = 0 for k in pairs { 1, 2 } do\n" .. body(n) .. "if x > 5 then break end end return x"))())
end

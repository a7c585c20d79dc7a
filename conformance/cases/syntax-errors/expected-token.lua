for _, code in ipairs { "if x", "if x then", "while x", "while x do", "for", "for i", "for i =", "for i = 1", "for i = 1,", "for i = 1, 2", "for i = 1, 2 do", "for a, b", "for a in", "repeat", "repeat x = 1", "function", "function f", "function f(", "function f(a", "function f(a,", "do", "local", "local function", "local x =", "x.", "x:y", "x[", "x[1" } do
  print(code, (select(2, loadstring(code, "=c"))))
end

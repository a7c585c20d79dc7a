local function code(n, before, after)
  local lines = {}
  for i = 1, n do lines[i] = ("local v%d = %d"):format(i, i) end
  return (before or "") .. table.concat(lines, "\n") .. (after or "")
end
for _, n in ipairs { 199, 200, 201, 250 } do print(n, (select(2, loadstring(code(n), "=c")))) end
print((select(2, loadstring(code(201, "function f()\n", "\nend"), "=c"))))
print((select(2, loadstring(code(199, "function f(a)\n", "\nend"), "=c"))))
print((select(2, loadstring(code(200, "function f(a)\n", "\nend"), "=c"))))
print((select(2, loadstring(code(200, "function t:m()\n", "\nend"), "=c"))))
print((select(2, loadstring(code(200, "function f(...)\n", "\nend"), "=c"))))
print((select(2, loadstring(code(199, "function f(...)\n", "\nend"), "=c"))))
print((select(2, loadstring(code(100, "do ", " end ") .. code(150), "=c"))))
print((select(2, loadstring(code(200, "", " do local x end"), "=c"))))
print((select(2, loadstring(code(197, "", " for i = 1, 2 do end"), "=c"))))
for _, n in ipairs { 195, 196, 197, 198 } do print(n, (select(2, loadstring(code(n, "", " for i = 1, 2 do end"), "=c")))) print(n, (select(2, loadstring(code(n, "", " for k in x do end"), "=c")))) print(n, (select(2, loadstring(code(n, "", " for k, v, w in x do end"), "=c")))) end
print((select(2, loadstring(code(199, "", " local a, b"), "=c"))))

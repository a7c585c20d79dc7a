for _, code in ipairs { "x = = 1", ")", "x = )", "return +", "local x = *", "1 = 2", "f(", "x = {", "x = [", "= 5", "'text'", "x = 1 2", "..", "x = .. 'a'", "@", "x = $", "a.b", "a", "a.1 = 2", "x = }", "!x", "x = a ~ b", "x += 1" } do
  print((select(2, loadstring(code, "=c"))))
end

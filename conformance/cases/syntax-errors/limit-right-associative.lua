print(loadstring("return " .. ("'a' .. "):rep(150) .. "'b'", "=c")() == ("a"):rep(150) .. "b")
print((select(2, loadstring("return " .. ("'a' .. "):rep(250) .. "'b'", "=c"))))
print(loadstring("return " .. ("1 ^ "):rep(150) .. "2", "=c")())
print((select(2, loadstring("return " .. ("1 ^ "):rep(250) .. "2", "=c"))))

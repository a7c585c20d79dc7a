for _, n in ipairs { 10, 100, 200, 240, 247, 248, 249, 250, 251, 252, 260, 500 } do local f, m = loadstring("local x = 'a' return x" .. (" .. x"):rep(n - 1), "=c") print(n, f and #f(), m) end

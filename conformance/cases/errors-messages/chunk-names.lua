for _, name in ipairs { "=stdin", "@file.lua", "plain", "=", "@", "", "line one\nline two", "\nstarts with newline", "=" .. ("x"):rep(58), "=" .. ("x"):rep(59), "=" .. ("x"):rep(60), "=" .. ("x"):rep(100), "@" .. ("y"):rep(51), "@" .. ("y"):rep(52), "@" .. ("y"):rep(60), ("z"):rep(44), ("z"):rep(45), ("z"):rep(46), ("z"):rep(100), ("q"):rep(20) .. "\nrest", ("w"):rep(60) .. "\nrest", "tab\there", "=with\nnewline" } do
  print(select(2, pcall(assert(loadstring("error('x')", name))))) print((select(2, loadstring("x =", name))))
end
print(select(2, pcall(assert(loadstring("error('default name')"))))) print((select(2, loadstring("a b c"))))

-- the wrong end of what "f(g(" begins, on the same line and on later ones
for _, ending in ipairs { "", "end", "until", "else", "elseif", ")", "}", "]", "return", "= 1", "x = 1", "1 2", "end end", "until x", "} )", "; end", ", 1" } do
  for _, gap in ipairs { " ", "\n", "\n\n\n", " -- comment\n" } do
    local accepted, message = loadstring([==[f(g(]==] .. gap .. ending, "=c")
    print(("%q"):format(gap .. ending):gsub("\n", "n"), accepted and "accepted" or message)
  end
end

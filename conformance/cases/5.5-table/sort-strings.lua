local words = {}
for word in ("the quick Brown fox jumps Over the lazy dog 10 9 2 a A \255 \1"):gmatch("%S+") do words[#words + 1] = word end
table.sort(words)
print((table.concat(words, " "):gsub("[%c\127-\255]", "?")))
table.sort(words, function(a, b) return #a < #b or #a == #b and a > b end)
print((table.concat(words, " "):gsub("[%c\127-\255]", "?")))
table.sort(words, function(a, b) return a:lower() < b:lower() end)
print(words[1]:byte(), words[#words]:byte(), #words)

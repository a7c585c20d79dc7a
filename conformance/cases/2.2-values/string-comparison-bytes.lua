local words = { "b", "a", "B", "A", "aa", "a\0", "a\0b", "", "\0", "\255", "z", "10", "9", "a b", "a-b", "_" }
table.sort(words)
for i, w in ipairs(words) do words[i] = ("%q"):format(w):gsub("\n", "n") end
print(table.concat(words, " "))
print("a" < "b", "a" < "a", "a" <= "a", "Z" < "a", "a\0b" < "a\0c", "a\0" > "a", "" < "a", "\200" > "z")

-- Strings that are numerals are accepted as bounds.
for i = "1", "3" do print(i, type(i)) end
for i = "10", 1, "-4" do print(i) end
print(pcall(function() for i = "x", 2 do end end))
print(pcall(function() for i = 1, "y" do end end))
print(pcall(function() for i = 1, 2, {} do end end))

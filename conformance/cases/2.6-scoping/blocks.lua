local x = 10
do local x = x + 1 print(x) end
if true then local x = "if" print(x) end
for i = 1, 1 do local x = "for" print(x) end
while true do local x = "while" print(x) break end
repeat local x = "repeat" print(x) until x == "repeat"
print(x)

for w in ("one two  three"):gmatch("%a+") do print(w) end
for k, v in ("a=1, b=2"):gmatch("(%w+)=(%w+)") do print(k, v) end
for p, c in ("xy"):gmatch("()(.)") do print(p, c) end
for e in ("abc"):gmatch("") do print("[" .. e .. "]") end
for e in ("a,b,,c"):gmatch("([^,]*)") do print("<" .. e .. ">") end
for n in ("none"):gmatch("x") do print("never") end

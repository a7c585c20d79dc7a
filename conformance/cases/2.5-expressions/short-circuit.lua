local count = 0
local function bump(v) count = count + 1 return v end
local _ = bump(false) and bump(true)
_ = bump(true) or bump(true)
_ = bump(nil) or bump(1) and bump(2)
print(count)
print((bump(false) or bump(nil)) == nil, count)
print(bump(1) and bump(nil) or bump("end"), count)
if bump(nil) and bump(1) or bump(1) and bump(2) then print("taken", count) end
while bump(false) or bump(nil) do end
print(count)

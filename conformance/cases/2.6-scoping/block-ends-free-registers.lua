local out = {}
for i = 1, 3 do local a, b, c = i, i * 2, i * 3 do local d = a + b + c out[#out + 1] = d end local e = out[#out] out[#out] = e + a end
print(unpack(out))
local function f(n) if n > 0 then local x, y = n, n * 2 if x > 1 then local z = x + y return z, f(n - 1) end return x end return "zero" end print(f(3)) print(f(1), f(0))
do local a = 1 do local b = 2 end local c = 3 print(a, c) end local z print(z)

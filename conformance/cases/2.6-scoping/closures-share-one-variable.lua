local function pair() local v = 0 return function() v = v + 1 return v end, function() v = v * 2 return v end, function() return v end end
local inc, double, get = pair()
print(inc(), inc(), double(), get(), inc(), get())
local inc2, _, get2 = pair() print(inc2(), get2(), get())
local a = 1
local function outer() local function inner() a = a + 1 return a end return inner end
print(outer()(), outer()(), a) a = 10 print(outer()(), a)
do local x = 1 function setx(v) x = v end function getx() return x end end setx(5) print(getx(), x)

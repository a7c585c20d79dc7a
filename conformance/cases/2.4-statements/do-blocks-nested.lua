local out = {}
do local a = 1 do local a = a + 1 do local a = a * 10 out[1] = a end out[2] = a end out[3] = a end
print(unpack(out)) print(a)
do do do end end end do end
do local x = nil end

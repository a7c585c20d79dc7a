-- The manual promises hexadecimal integers only; the reference reads binary exponents too, and tonumber also fractions.
print(0x1p4, 0x10P2)
print(0xfffffffffffffffff)
print(tonumber("0x1p-2"), tonumber("0xA.8p0"), tonumber("0x.8"))
print(loadstring("return 0xA.8", "=c"))

-- Values beyond 32 bits, and what overflows the C conversion.
print(string.format("%.17g", tonumber("ffffffff", 16)), string.format("%.17g", tonumber("100000000", 16)))
print(string.format("%.17g", tonumber("7fffffffffffffff", 16)), string.format("%.17g", tonumber("ffffffffffffffff", 16)))
print(string.format("%.17g", tonumber("10000000000000000", 16)), string.format("%.17g", tonumber("zzzzzzzzzzzzzzzzzzzz", 36)))
print(string.format("%.17g", tonumber(("1"):rep(53), 2)), string.format("%.17g", tonumber(("1"):rep(64), 2)), string.format("%.17g", tonumber(("1"):rep(70), 2)))
print(string.format("%.17g", tonumber("-1", 16)), string.format("%.17g", tonumber("-ff", 16)), string.format("%.17g", tonumber("-1", 36)))
print(string.format("%.17g", tonumber("777777777777777777777", 8)), string.format("%.17g", tonumber("1777777777777777777777", 8)))

local n, s = 5, "m"
print(n < 6, n <= 5, n > 4, n >= 5, n == 5, n ~= 5, 6 > n, 5 >= n, 4 < n, 5 <= n)
print(s < "n", s <= "m", s > "l", s >= "m", s == "m", s ~= "m", "n" > s, "m" >= s, "l" < s)
print(pcall(function() return n < "6" end)) print(pcall(function() return "6" < n end)) print(pcall(function() return s < 6 end)) print(pcall(function() return n <= "6" end)) print(pcall(function() return 6 <= s end))
print(pcall(function() return n > "6" end)) print(pcall(function() return s >= 1 end)) print(pcall(function() return nil < 1 end)) print(pcall(function() return 1 < nil end)) print(pcall(function() return {} < {} end)) print(pcall(function() return true < false end))
print(n == "5", s == nil, nil == nil, true == 1, "" == false)

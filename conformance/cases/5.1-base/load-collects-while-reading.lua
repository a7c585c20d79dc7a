local parts, i = {}, 0
for n = 1, 300 do parts[n] = "local v" .. n % 150 .. " = '" .. ("s"):rep(n) .. "' do " .. (n % 150 == 149 and "end" or "end ") .. "\n" end
parts = { "local total = 0\n" }
for n = 1, 300 do parts[#parts + 1] = "total = total + #'" .. ("s"):rep(n) .. "'\n" end
parts[#parts + 1] = "return total"
print(load(function() i = i + 1 collectgarbage("step") return parts[i] end)())

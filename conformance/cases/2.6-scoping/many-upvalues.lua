local parts, sum = {}, {}
for i = 1, 60 do
  parts[i] = "local v" .. i .. " = " .. i
  sum[i] = "v" .. i
end
local code = table.concat(parts, "\n") .. "\nreturn function() v60 = v60 + 1 return " .. table.concat(sum, " + ") .. " end"
local f = loadstring(code)()
print(f(), f())

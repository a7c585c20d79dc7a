-- Only nil ends a generic loop; false goes on.
local values, i = { false, false, nil }, 0
for v in function() i = i + 1 return values[i] end do print(i, v) end
print(i)

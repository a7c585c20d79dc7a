local values, i = { 1, false, 0, "" }, 0
for v in function() i = i + 1 return values[i] end do print(v) end
i = 0
for v in function() i = i + 1 if i == 1 then return false end end do print("false goes on", v) end
for v, w in function() return nil, "second" end do print("never") end
for v in function() end do print("never") end

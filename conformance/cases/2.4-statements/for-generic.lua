local function step(limit, i) if i < limit then return i + 1, i * i end end
for i, square in step, 3, 0 do print(i, square) end
for a, b, c in function(s, i) if not i then return 1, s, nil end end, "state" do print(a, b, c) end
for x in function() end do print("never") end
for k, v in next, { "only" } do print(k, v) end

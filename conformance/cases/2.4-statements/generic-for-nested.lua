local out = {}
for i, row in ipairs { { 1, 2 }, { 3 }, {} } do for j, v in ipairs(row) do out[#out + 1] = i .. j .. v end end
print(table.concat(out, " "))
for w in ("a b c"):gmatch "%a" do for n in ("1 2"):gmatch "%d" do io.write(w, n, " ") end end print()
for i in function(_, c) c = (c or 0) + 1 if c <= 2 then return c end end do for j in function(_, c) c = (c or 0) + 1 if c <= i then return c end end do io.write(i, ":", j, " ") end end print()

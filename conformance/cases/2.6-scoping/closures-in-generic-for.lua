local fs = {}
for k, v in ipairs { "a", "b", "c" } do fs[k] = function(new) if new then v = new end return k, v end end
print(fs[1]()) print(fs[2] "changed") print(fs[2]()) print(fs[3]())
local gs = {} for w in ("x y z"):gmatch "%a" do gs[#gs + 1] = function() return w end end print(gs[1](), gs[2](), gs[3]())
local hs = {} for a, b, c in function(_, i) i = (i or 0) + 1 if i < 4 then return i, i * 2, i * 3 end end do hs[a] = function() c = c + 1 return a, b, c end end
print(hs[1]()) print(hs[1]()) print(hs[3]())

local function ipairs0(t) return function(t, i) i = i + 1 if t[i] ~= nil then return i, t[i] end end, t, -1 end
for i, v in ipairs0 { [0] = "z", "a", "b" } do print(i, v) end
local function range(a, b, step) local i = a - step return function() i = i + step if i <= b then return i end end end
for i in range(1, 10, 4) do print(i) end
local function chars(s) local i = 0 return function() i = i + 1 if i <= #s then return s:sub(i, i) end end end
for c in chars "xyz" do io.write(c, "-") end print()

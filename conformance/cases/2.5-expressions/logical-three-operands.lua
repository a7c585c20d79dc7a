local values = { false, 1, "x" } values[4] = nil
local function row(a, b, c)
  return tostring(a and b and c), tostring(a or b or c), tostring(a and b or c), tostring(a or b and c), tostring((a or b) and c), tostring(a and (b or c)), tostring(not a and b or c), tostring(not (a or b) and c)
end
for i = 1, 4 do for j = 1, 4 do for k = 1, 4 do print(row(values[i], values[j], values[k])) end end end

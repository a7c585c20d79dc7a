local function yes(...) return ... end
local function test(a, b, c)
  local r = {}
  if a and b then r[1] = "T" else r[1] = "F" end
  if a or b then r[2] = "T" else r[2] = "F" end
  if a and b or c then r[3] = "T" else r[3] = "F" end
  if (a or b) and c then r[4] = "T" else r[4] = "F" end
  if not (a and b) then r[5] = "T" else r[5] = "F" end
  if not a and not b then r[6] = "T" else r[6] = "F" end
  if not (a or not b) or c then r[7] = "T" else r[7] = "F" end
  if yes(a) and yes(b) or yes(c) then r[8] = "T" else r[8] = "F" end
  local n = 0 while (a or n < 2) and n < 4 do n = n + 1 end r[9] = n
  n = 0 repeat n = n + 1 until a and n > 1 or n > 3 r[10] = n
  return table.concat(r)
end
for _, a in ipairs { true, false } do for _, b in ipairs { true, false } do for _, c in ipairs { true, false } do print(a, b, c, test(a, b, c)) end end end

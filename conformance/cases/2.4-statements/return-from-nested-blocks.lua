local function f(x)
  do if x == 1 then return "do-if" end end
  while x == 2 do return "while" end
  repeat if x == 3 then return "repeat" end until true
  for i = 1, 2 do if x == 4 and i == 2 then return "for", i end end
  for k, v in pairs { key = x } do if v == 5 then return k, v end end
  if x == 6 then else if x == 7 then return "else-if" end end
  return "end"
end
for x = 1, 8 do print(x, f(x)) end

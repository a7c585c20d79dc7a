-- Where the border of a table with holes lies follows from how PUC Lua sizes the array part: counted anew when a key finds no room.
local t={} for i=1,5 do t[i]=i end t[4]=nil print(#t)
local t={} for i=1,8 do t[i]=i end t[4]=nil print(#t) t[8]=nil print(#t)
local t={1,2,3,4,5} t[3]=nil print(#t) t[6]=1 print(#t) t[7]=2 print(#t)
local t={nil,2} t[#t+1]='x' print(#t) t[#t+1]='y' print(#t, t[1], t[2], t[3],t[4])
local t={1,2,nil,4} t[5]=5 print(#t)
local t={} t[1]=1 t[2]=2 t[4]=4 print(#t)
local t={} t[4]=4 t[3]=3 t[2]=2 t[1]=1 print(#t)
local t={n=1,1,2,nil} print(#t) t[4]=1 print(#t)
local t={} for i=1,10 do t[i]=i end for i=1,10,2 do t[i]=nil end print(#t)
local t={} for i=1,10 do t[i]=i end for i=3,9 do t[i]=nil end print(#t)
local t={} for i=1,100 do t[i]=i end t[50]=nil print(#t) t[64]=nil print(#t) t[101]=1 print(#t)
local function f(...) local t = { ... } table.insert(t, 1, false) return #t, t[5] end
print(f(7, "two", nil, true))
local t = { nil, false } t.x = 1 print(#t)
local t = { 1, 2, 3, [5] = 5 } print(#t) t[4] = 4 print(#t)
for n = 1, 40 do
  local t = {} for i = 1, n do t[i] = i end
  local line = {}
  for i = 1, n, 3 do t[i] = nil line[#line + 1] = #t end
  t[n + 1] = 1 line[#line + 1] = #t
  print(n, table.concat(line, " "))
end
for n = 1, 40 do
  local t, line = {}, {}
  for i = 1, n do t[i * 7 % 41] = i line[i] = #t end
  print(n, table.concat(line, " "))
end

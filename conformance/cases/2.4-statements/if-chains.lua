local function size(n)
  if n < 0 then return "negative"
  elseif n == 0 then return "zero"
  elseif n < 10 then return "small"
  elseif n < 100 then return "medium"
  else return "large" end
end
for _, n in ipairs { -5, 0, 5, 50, 500 } do print(n, size(n)) end
if nil then print(1) elseif false then print(2) else print(3) end
if 0 then print("zero is true") end
if "" then print("empty is true") end
if not nil == true then print("not nil == true") end
if (nil) then else print("else of parens") end
if true then else print("never") end
if false then elseif true then print("elseif") end
if 1 == 1 and 2 ~= 3 or nil then print("mixed") end
if not (1 > 2) then print("negated") end

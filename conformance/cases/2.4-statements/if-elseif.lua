local function size(n)
  if n < 0 then return "negative"
  elseif n == 0 then return "zero"
  elseif n < 10 then return "small"
  else return "big" end
end
print(size(-1), size(0), size(5), size(100))
if nil then print("no") elseif false then print("no") end
if 0 then print("zero is true") end
if nil then else print("else") end

local function callee() print(debug.getlocal(2, 1)) print(debug.getlocal(2, 2)) end
local function caller(p)
  local q = p * 2
  callee()
end
caller(21)

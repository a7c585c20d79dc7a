local function make(a, b, ...)
  local rest = { ... }
  return function(delta) a = a + delta return a, b, #rest end
end
local f = make(1, "b", 7, 8)
print(f(1))
print(f(10))
local function swap(a, b)
  local function do_swap() a, b = b, a end
  do_swap()
  return a, b
end
print(swap(1, 2))

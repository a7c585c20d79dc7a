local t = { 1, --[[ two ]] 2, -- three
  3 --[==[ and
  more ]==], 4 }
print(#t, t[4])
print(1 --[[a]] + --[[b]] 2 --[[c]] * 3)
local function f(--[[no]] a --[[first]], --[[second]] b) return a --[[mid]], b end
print(f --[[between]] (1, --x
  2))
print(t --[[x]] . --[[y]] x, ("s") --[[z]] : --[[w]] upper())

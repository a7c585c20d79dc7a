print("a" .. "b" .. "c", 1 .. 2 .. 3, "x" .. 1 .. "y" .. 2.5)
local t = {} for i = 1, 100 do t[i] = "s" .. i end
local code = "local a, b = 'A', 'B' return " .. ("a .. b .. "):rep(60) .. "'end'"
print(#loadstring(code)())
local s = "" for i = 1, 50 do s = s .. i .. "," end print(s)
local a, b = "L", "R" print(a .. (b .. a) .. b, (a .. b) .. (a .. b), a .. b .. a .. b)
print(("x"):rep(3) .. ("y"):rep(2) .. #("z"):rep(4))
print("" .. "" .. "", ("" .. "") == "", #("" .. ""))
print(1e15 .. "", 0.1 .. "", -0.5 .. "", 1/0 .. "", 2^53 .. "|")

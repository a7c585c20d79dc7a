print("10" == 10, 10 == "10", "1" ~= 1)
local t = { [1] = "number", ["1"] = "string" }
print(t[1], t["1"], #t)
print(0 == false, "" == false, nil == false, "nil" == nil)

local function truth(v) if v then return "true" else return "false" end end
print(truth(nil), truth(false), truth(true), truth(0), truth(""), truth({}), truth(0/0), truth("false"))
print(not nil, not false, not 0, not "", not not 1)

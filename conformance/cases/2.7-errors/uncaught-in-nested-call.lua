local function a() local x = {} ; return x.field.other end
local function b() return (a()) end
print("before")
b()

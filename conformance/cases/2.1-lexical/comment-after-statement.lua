local x = 1 --comment
local y = 2 -- [[ still short because of the space
local z = 3 --[ also short ]] print("never")
print(x, y, z) --
--
print("end") --[==[ long
]] not yet ]=] nor this ]==] print("same line as the close")

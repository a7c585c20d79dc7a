local log = {}
local object = { add = function(self, v) log[#log + 1] = v return self end }
object:add(1):add(2):add(3)
object.add(object, 4)
object["add"](object, 5)
print(table.concat(log, ","))
print(("%d-%s"):format(7, "x"));
("unused"):upper()

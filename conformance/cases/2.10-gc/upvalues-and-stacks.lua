local weak = setmetatable({}, { __mode = "v" })
local function counter() local cell = { 0 } weak.cell = cell return function() cell[1] = cell[1] + 1 return cell[1] end end
local c = counter()
collectgarbage()
print(c(), c(), type(weak.cell))
c = nil
collectgarbage() collectgarbage()
print(weak.cell)
local co = coroutine.wrap(function() local t = { "on stack" } weak.t = t coroutine.yield() return t[1] end)
co()
collectgarbage()
print(type(weak.t), co())
collectgarbage() collectgarbage()
print(weak.t)

-- Method calls, closures and table access inside coroutines keep their own stacks.
local object = { log = {} }
function object:add(x) self.log[#self.log + 1] = x coroutine.yield(#self.log) return self end
local co = coroutine.wrap(function() object:add("a"):add("b"):add("c") return "all" end)
print(co(), co(), co(), co(), table.concat(object.log))

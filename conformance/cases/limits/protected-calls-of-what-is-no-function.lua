-- What pcall cannot call takes up no level: the overflow comes with the next call, and only once.
local none = setmetatable({}, {__call = 5})

function number() return ((number((pcall(0))))) end
print(pcall(number))
function object() local ok = pcall(none, 1) return (object(ok)) end
print(pcall(object))
function handled() local ok = xpcall(0, tostring) return (handled(ok)) end
print(pcall(handled))
function after() local text = ("x"):sub(1) local ok = pcall(text) return (after(ok)) end
print(pcall(after))

-- What can be called does take one up: its overflow is caught, and the next one is in the handling of an error.
function native() local ok = pcall(type, 1) return (native(ok)) end
print(pcall(native))
local callable = setmetatable({}, {__call = function() end})
function called() local ok = pcall(callable) return (called(ok)) end
print(pcall(called))

-- In a coroutine.
local function inside() local ok = pcall(nil) return (inside(ok)) end
print(coroutine.resume(coroutine.create(inside)))

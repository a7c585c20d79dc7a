local function keep(...) return function(i) return arg[i], arg.n end end
local k = keep("a", "b")
print(k(1)) print(k(2)) print(k(3))
local function set(...) local function put(v) arg[1] = v end put("new") return arg[1] end
print(set("old"))
local function two(...) local a = arg return a == arg end print(two(1))
local function eachcall(...) return arg end print(eachcall() ~= eachcall())
local function count(...) local s = 0 for i = 1, arg.n do s = s + (arg[i] or 0) end return s end
print(count(1, 2, 3), count(1, nil, 3), count())
local function forward(...) return unpack(arg, 1, arg.n) end
print(forward(1, nil, 3)) print(select("#", forward(nil, nil)))
local o = {} function o:m(...) return self == o, arg.n end print(o:m(1, 2))

local function none() return end
local function one() return nil end
local function many() return 1, 2, 3 end
local function passed(...) return ... end
local function paren() return (many()) end
local function mixed() return many(), many() end
print(select("#", none()), select("#", one()), select("#", many()), select("#", passed()), select("#", passed(nil, nil)), select("#", paren()), select("#", mixed()))
print(mixed()) print((mixed())) print(paren())
print(none(), one(), many())
print((none()), (one()))
local t = { none(), none() } print(#t)

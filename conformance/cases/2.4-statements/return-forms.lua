local function none() return end
local function parens() return (nil) end
local function many() return 1, nil, 3, nil end
print(select("#", none()), select("#", parens()), select("#", many()))
print((many()))
local function early(x) if x then return "early" end return "late" end
print(early(true), early(false))
local function bare() do return 1, 2 end end
print(bare())

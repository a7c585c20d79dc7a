local function nest(n) local ok, v = pcall(nest, n + 1) if ok then return v else return n, v end end
local n, e = nest(0) print(n, e)
local function nestx(n) local ok, v = xpcall(function() return nestx(n + 1) end, function(m) return m end) if ok then return v else return n end end
print(nestx(0))
local function viagsub(n) return (("x"):gsub("x", function() return viagsub(n + 1) end)) end
local ok, m = pcall(viagsub, 0) print(ok, m)
local function viasort(n) table.sort({ 1, 2 }, function() viasort(n + 1) return false end) end ok, m = pcall(viasort, 0) print(ok, m)

local first for i = 1, 3 do local v if not first then first = function() return v end v = "first" else assert(v == nil) end end print(first())
local last for i = 1, 3 do local v = last and last() or 0 v = v + i last = function() return v end end print(last())
local chain = function() return 0 end for i = 1, 4 do local prev = chain chain = function() return prev() + i end end print(chain())

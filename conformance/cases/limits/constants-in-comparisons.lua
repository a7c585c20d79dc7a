local t = {} for i = 1, 300 do t[i] = "if v == " .. i .. ".25 then return " .. i .. " end if v == 'k" .. i .. "' then return 'key " .. i .. "' end" end
local f = assert(loadstring("local v = ...\n" .. table.concat(t, "\n") .. "\nif v < 0 then return 'negative' elseif v > 1000 then return 'large' end return 'none'"))
print(f(1.25), f(100.25), f(128.25), f(129.25), f(300.25), f("k1"), f("k127"), f("k128"), f("k129"), f("k300"), f(-1), f(2000), f(5))

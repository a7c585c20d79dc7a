print(_VERSION, _G._G == _G, type(_G))
local names = {}
for _, name in ipairs { "assert", "collectgarbage", "error", "getfenv", "getmetatable", "ipairs", "load", "loadstring", "newproxy", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawset", "select", "setfenv", "setmetatable", "tonumber", "tostring", "type", "unpack", "xpcall" } do
  names[#names + 1] = type(_G[name]) == "function" and "." or name
end
print(table.concat(names))
for _, name in ipairs { "coroutine", "string", "table", "math" } do print(name, type(_G[name])) end
print(rawlen, table.unpack, table.pack, utf8, bit32)

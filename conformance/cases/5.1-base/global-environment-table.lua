print(_G._G == _G, _G.print == print, _VERSION, rawget(_G, "undefined"), getmetatable(_G))
local names = {}
for _, name in ipairs { "assert", "collectgarbage", "dofile", "error", "gcinfo", "getfenv", "getmetatable", "ipairs", "load", "loadfile", "loadstring", "newproxy", "next", "pairs", "pcall", "print", "rawequal", "rawget", "rawset", "select", "setfenv", "setmetatable", "tonumber", "tostring", "type", "unpack", "xpcall", "coroutine", "math", "os", "string", "table", "rawlen", "bit", "utf8", "warn" } do
  names[#names + 1] = name .. "=" .. type(rawget(_G, name))
end
print(table.concat(names, " "))
x_global = 5
print(_G.x_global, rawget(_G, "x_global"), getfenv().x_global)
_G["odd name"] = 6
print(rawget(_G, "odd name"), getfenv()["odd name"])

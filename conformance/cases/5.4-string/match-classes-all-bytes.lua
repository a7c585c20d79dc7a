-- How many of the 256 bytes each class accepts in the C locale.
local all = {}
for i = 0, 255 do all[i] = string.char(i) end
local every = table.concat(all, "", 0, 255)
local out = {}
for class in ("acdlpsuwxz"):gmatch(".") do
  out[#out + 1] = class .. "=" .. select(2, every:gsub("%" .. class, "")) .. "/" .. select(2, every:gsub("%" .. class:upper(), ""))
end
print(table.concat(out, " "))
print(select(2, every:gsub("%%", "")), select(2, every:gsub("%]", "")), select(2, every:gsub("[%]]", "")), select(2, every:gsub(".", "")))

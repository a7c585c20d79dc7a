local function reader(text) local sent return function() if sent then return nil end sent = true return text end end
print(load(reader("x ="), "=given"))
print(load(reader("x =")))
print(pcall(load(reader("error('e')"), "@f.lua")))
print(select("#", load(reader("return"))()))
print(load(function() return 5 end == nil and 1 or reader("return 'ok'"))())

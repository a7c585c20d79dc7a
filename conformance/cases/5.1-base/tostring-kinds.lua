print(tostring(nil), tostring(true), tostring(false), tostring(1), tostring(-0.5), tostring("x"))
for _, v in ipairs { {}, print, function() end, coroutine.create(function() end), newproxy(), newproxy(true) } do
  print((tostring(v):gsub("0x%x+", "ADDRESS")), tostring(v) == tostring(v))
end
print(#tostring("a\0b"), tostring("12") == 12, tostring(12) == "12")
print(pcall(tostring))
print(select("#", tostring(1, 2)))

for word in ("and break do else elseif end false for function if in local nil not or repeat return then true until while"):gmatch("%a+") do
  local ok = loadstring("local " .. word .. " = 1")
  if ok then print(word, "accepted") end
end
print(loadstring("local end = 1", "=c"))
print(loadstring("x.end = 1", "=c"))
print(loadstring("return {nil = 1}", "=c"))

print(pcall(function()
  debug.sethook(function() debug.sethook() error("too long", 0) end, "", 10000)
  while true do end
end))

for _, option in ipairs { "collect", "stop", "restart", "step", "setpause", "setstepmul" } do
  for _, value in ipairs { 0, 1, 100, 200 } do
    local result = collectgarbage(option, value)
    print(option, value, type(result), option == "collect" and result)
  end
end
collectgarbage("restart") collectgarbage("setpause", 200) collectgarbage("setstepmul", 200)
print(collectgarbage("setpause", 150), collectgarbage("setpause", 200), collectgarbage("setstepmul", 300), collectgarbage("setstepmul", 200))
print(select("#", collectgarbage()), select("#", collectgarbage("count")), type(collectgarbage("count")), type(gcinfo()), select("#", gcinfo()))
print(pcall(collectgarbage, "Collect")) print(pcall(collectgarbage, "")) print(pcall(collectgarbage, "generational")) print(pcall(collectgarbage, "isrunning")) print(pcall(collectgarbage, 5)) print(pcall(collectgarbage, "collect", "x")) print(pcall(collectgarbage, "collect", {})) print(pcall(collectgarbage, nil, "3"))

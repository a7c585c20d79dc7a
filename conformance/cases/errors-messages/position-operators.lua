print(pcall(function()
  local a = 1
  local b = nil
  local c = a
    +
    b
end))
print(pcall(function()
  local s = "x"
    .. "y"
    .. nil
    .. "z"
end))
print(pcall(function()
  if 1
    <
    {} then
    print("no")
  end
end))
print(pcall(function()
  local t = {
    a = 1,
    b = nil + 1,
  }
end))

print(pcall(function()
  local x = nil
  local y = (function()
    return x
      .field
  end)()
  return y
end))
print(pcall(function()
  print("one",
    undefined_function())
end))
print(pcall(function()
  undefined_function(
    1,
    2
  )
end))

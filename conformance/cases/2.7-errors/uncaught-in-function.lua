local function outer()
  local function inner()
    return nil + 1
  end
  inner()
end
outer()

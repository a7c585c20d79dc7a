local function try(at)
  local t = { "a", "b", "c" }
  local ok, message = pcall(table.insert, t, at, "new")
  print(type(at), ok, message, table.concat(t, ","))
end
try(2.9) try(1.1) try("2") try("0x2") try(" 3 ") try("x") try(nil) try(true) try({})

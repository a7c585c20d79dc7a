local function define()
  module("string")
  extra = 1
end
define()
print(string.extra, string._NAME, ("x"):rep(2))
print(pcall(module, "other"))

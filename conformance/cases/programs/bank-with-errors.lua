local accounts = { ann = 100, bob = 50 }
local function withdraw(name, amount)
  local balance = accounts[name] or error({ code = "NOACC", name = name })
  if balance < amount then error({ code = "FUNDS", missing = amount - balance }) end
  accounts[name] = balance - amount
end
local function transfer(from, to, amount)
  local saved = {}
  for k, v in pairs(accounts) do saved[k] = v end
  local ok, problem = pcall(function()
    withdraw(from, amount)
    if not accounts[to] then error("no receiver") end
    accounts[to] = accounts[to] + amount
  end)
  if not ok then
    accounts = saved
    if type(problem) == "table" then return nil, problem.code, problem.missing or problem.name end
    return nil, problem
  end
  return true
end
print(transfer("ann", "bob", 30)) print(transfer("ann", "bob", 100)) print(transfer("ann", "eve", 10)) print(transfer("eve", "bob", 1))
print(accounts.ann, accounts.bob)

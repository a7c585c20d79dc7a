-- Measures method calls through __index chains three classes deep.
local n = tonumber((...)) or 2600000

local function class(parent)
  local new = setmetatable({}, { __index = parent })
  new.__index = new
  return new
end

local Account = class(nil)

function Account.create(kind, owner)
  return setmetatable({ owner = owner, balance = 0, moves = 0 }, kind)
end

function Account:deposit(amount)
  self.balance = self.balance + amount
  self.moves = self.moves + 1
end

function Account:withdraw(amount)
  if not self:covers(amount) then return false end
  self.balance = self.balance - amount
  self.moves = self.moves + 1
  return true
end

function Account:covers(amount) return self.balance >= amount end

local Savings = class(Account)

function Savings:interest() return self.balance * self:rate() end
function Savings:rate() return 0.5 end

local Credit = class(Savings)

function Credit:covers(amount) return self.balance + 100 >= amount end
function Credit:rate() return self.balance > 0 and 0.25 or 0 end

local accounts = { Account:create("a"), Savings:create("b"), Credit:create("c") }
local refused, earned = 0, 0
for i = 1, n do
  local account = accounts[i % 3 + 1]
  account:deposit(i % 11)
  if not account:withdraw(i % 13) then refused = refused + 1 end
  if i % 3 ~= 0 then earned = earned + account:interest() % 7 end
end
local total, moves = 0, 0
for _, account in ipairs(accounts) do
  total, moves = total + account.balance, moves + account.moves
end
print("oop_inheritance", n, refused, total, moves, earned)

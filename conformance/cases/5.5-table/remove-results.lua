-- How many results remove gives, and what.
print(select("#", table.remove({})), select("#", table.remove({}, 1)), select("#", table.remove({}, 0)))
print(select("#", table.remove({ 1 })), select("#", table.remove({ 1 }, 1)), select("#", table.remove({ 1 }, 2)))
print((table.remove { 1 }), (table.remove({ 1, false })), (table.remove({ 1, 2 }, "1")))
print(table.remove({ 1, 2, 3 }, 1.9))
local t = { n = 5 }
print(table.remove(t), t.n)
print(pcall(table.remove, { 1 }, nil))
print(pcall(table.remove, { 1 }, "x"))

local function try(pattern, text) print(pattern, pcall(string.match, text or "subject", pattern)) end
try("[a") try("[a%") try("[]") try("[^]") try("%") try("(a") try("a)") try("()(") try("[%a") try("(()")
try("%g(") try("[a-") try("[a-]") try("]") try("*") try("a**") try("+") try("(.", "") try(".)", "") try("a%", "a")

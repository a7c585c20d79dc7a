-- How many values an expression list may have at a place, and what is said of one more.
local function names(n)
  local t = {}
  for i = 1, n do t[i] = "a" .. i end
  return table.concat(t, ",")
end
local around = {
  { "", "" }, { "for i=1,2 do", "end" }, { "for i in x do", "end" }, { "for i,k,l in x do", "end" }, { "local a,b", "" },
  { "local function f(a,...)", "end" }, { "local function f(a,...) local x=arg", "end" },
  { "local function f(a,...) local x=...", "end" }, { "function t:f()", "end" }, { "function t:f(...)", "end" },
  { "local a function f() a=1", "end" }, { "repeat local a local function g() return a end", "until a" },
  { "for i,j in x do j=3 local function g() return i,j end", "end" },
}
local forms = {
  { "f(", ")" }, { "t:x(", ")" }, { "return ", "" }, { "local q = ", "" }, { "x = {", "}" }, { "x.y=f(", ")" }, { "x[z],t=f(", ")" },
  { "x=a..f(", ")" }, { "if f(", ") then end" }, { "x.a,y.b,z.c=", "" }, { "for i=1,f(", ") do end" }, { "for i in f(", ") do end" },
  { "for i in ", " do end" }, { "x = a and f(", ")" }, { "return t.a .. t.b .. f(", ")" }, { "x={\nt.a,\nt.b,\nf(", ")}" },
  { "f(a, b,\n{", "})" },
}
for _, outer in ipairs(around) do
  for _, form in ipairs(forms) do
    local found = "any number"
    for n = 225, 255 do
      local f, message = loadstring(outer[1] .. " " .. form[1] .. names(n) .. form[2] .. "\n" .. outer[2], "=s")
      if not f then
        found = n .. " " .. message
        break
      end
    end
    print(outer[1] .. " " .. form[1], found)
  end
end
for n = 1, 8 do
  print(n, loadstring("local " .. names(196) .. "\nf(" .. names(45 + n) .. ", {\n{\n{\n{\n{\n{\n", "=s"))
end

local function parse(src) local tokens = {} for t in src:gsub("[()']", " %0 "):gmatch "%S+" do tokens[#tokens + 1] = t end local pos = 0
  local function read() pos = pos + 1 local t = tokens[pos] if t == nil then error("unexpected end of input", 0) elseif t == "(" then local l = {} while tokens[pos + 1] ~= ")" do l[#l + 1] = read() end pos = pos + 1 return l elseif t == ")" then error("unexpected )", 0) elseif t == "'" then return { "quote", read() } end return tonumber(t) or t end
  local forms = {} while pos < #tokens do forms[#forms + 1] = read() end return forms end
local function show(v) if type(v) == "table" then local o = {} for i, x in ipairs(v) do o[i] = show(x) end return "(" .. table.concat(o, " ") .. ")" elseif type(v) == "function" then return "<procedure>" elseif v == true then return "#t" elseif v == false then return "#f" end return tostring(v) end
local function env(parent, names, values) local e = setmetatable({}, { __index = parent and parent.vars }) for i, n in ipairs(names or {}) do e[n] = values[i] end return { vars = e, parent = parent } end
local eval
local special = {
  quote = function(x) return x[2] end,
  ["if"] = function(x, e) if eval(x[2], e) ~= false then return x[3], e, true end return x[4], e, true end,
  define = function(x, e) if type(x[2]) == "table" then local name = table.remove(x[2], 1) e.vars[name] = eval({ "lambda", x[2], unpack(x, 3) }, e) return name end rawset(e.vars, x[2], eval(x[3], e)) return x[2] end,
  lambda = function(x, e) return function(...) local inner, r = env(e, x[2], { ... }) for i = 3, #x do r = eval(x[i], inner) end return r end end,
  let = function(x, e) local n, v = {}, {} for i, b in ipairs(x[2]) do n[i], v[i] = b[1], eval(b[2], e) end local inner = env(e, n, v) for i = 3, #x - 1 do eval(x[i], inner) end return x[#x], inner, true end,
  ["begin"] = function(x, e) for i = 2, #x - 1 do eval(x[i], e) end return x[#x], e, true end,
  ["set!"] = function(x, e) local v = eval(x[3], e) while e do if rawget(e.vars, x[2]) ~= nil then e.vars[x[2]] = v return v end e = e.parent end error("unbound " .. x[2], 0) end,
}
function eval(x, e) while true do
  if type(x) == "string" then local v = e.vars[x] if v == nil then error("unbound variable " .. x, 0) end return v elseif type(x) ~= "table" then return x end
  local s = special[x[1]] if s then local r, inner, again = s(x, e) if not again then return r end x, e = r, inner
  else local f, args = eval(x[1], e), {} for i = 2, #x do args[i - 1] = eval(x[i], e) end if type(f) ~= "function" then error("not a procedure: " .. show(f), 0) end return f(unpack(args)) end end end
local function fold(f) return function(a, ...) for i = 1, select("#", ...) do a = f(a, (select(i, ...))) end return a end end
local global = env(nil, { "+", "-", "*", "<", "=", "car", "cdr", "cons", "null?", "list" }, { fold(function(a, b) return a + b end), fold(function(a, b) return a - b end), fold(function(a, b) return a * b end), function(a, b) return a < b end, function(a, b) return a == b end, function(l) return l[1] end, function(l) return { unpack(l, 2) } end, function(a, l) return { a, unpack(l) } end, function(l) return #l == 0 end, function(...) return { ... } end })
local function run(src) for _, form in ipairs(parse(src)) do print(show(eval(form, global))) end end
run "(define (fact n) (if (= n 0) 1 (* n (fact (- n 1))))) (fact 10) (fact 20)" run "(define (map f l) (if (null? l) '() (cons (f (car l)) (map f (cdr l))))) (map (lambda (x) (* x x)) '(1 2 3 4))"
run "(define counter (let ((n 0)) (lambda () (set! n (+ n 1)) n))) (counter) (counter) (counter)" run "(let ((x 2) (y 3)) (* x y)) (begin 1 2 3) ((lambda (a b) (- a b)) 10 4) '(a (b c)) (list 1 '(2) (+ 1 2))" run "(define (loop n acc) (if (= n 0) acc (loop (- n 1) (+ acc n)))) (loop 100 0)"
for _, bad in ipairs { "(undefined 1)", "(1 2)", "(+ 1", ")", "(car 5 (set! nothing 1))" } do print((select(2, pcall(run, bad)))) end

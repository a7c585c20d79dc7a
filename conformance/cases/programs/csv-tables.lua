-- A reader and a writer of comma-separated values (RFC 4180 with a choice of separators), and queries over the records.
local csv = {}

-- Calls `emit` with each record, a list of fields; returns the count, or nil and a message with its line.
function csv.read(text, options, emit)
  options = options or {}
  local separator = options.separator or ","
  local position, line, count = 1, 1, 0
  local record, size = {}, #text
  while position <= size do
    local field
    if text:sub(position, position) == '"' then
      local pieces, start = {}, position + 1
      while true do
        local quote = text:find('"', start, true)
        if not quote then return nil, "line " .. line .. ": quoted field is not closed" end
        pieces[#pieces + 1] = text:sub(start, quote - 1)
        if text:sub(quote + 1, quote + 1) == '"' then
          pieces[#pieces + 1] = '"'
          start = quote + 2
        else
          position = quote + 1
          break
        end
      end
      field = table.concat(pieces)
      local _, breaks = field:gsub("\n", "")
      line = line + breaks
      local after = text:sub(position, position)
      if after ~= "" and after ~= separator and after ~= "\n" and after ~= "\r" then
        return nil, string.format("line %d: %q after a quoted field", line, after)
      end
    else
      local stop = position
      while stop <= size do
        local c = text:sub(stop, stop)
        if c == separator or c == "\n" or c == "\r" then break end
        if c == '"' then return nil, "line " .. line .. ": quote within a bare field" end
        stop = stop + 1
      end
      field = text:sub(position, stop - 1)
      position = stop
      if options.trim then field = field:match("^%s*(.-)%s*$") end
    end
    record[#record + 1] = field
    if text:sub(position, position) == separator then
      position = position + 1
      if position > size or text:find("^[\r\n]", position) then
        record[#record + 1] = ""
      end
    end
    local ending = text:match("^\r?\n", position)
    if ending or position > size then
      if not (options.skipEmpty and #record == 1 and record[1] == "") then
        count = count + 1
        emit(record, count, line)
      end
      record = {}
      position = position + #(ending or "")
      line = line + 1
    end
  end
  return count
end

function csv.parse(text, options)
  local records = {}
  local count, message = csv.read(text, options, function(record) records[#records + 1] = record end)
  if not count then return nil, message end
  return records
end

-- Records under the names of the first line, with fields converted by `types`.
function csv.parseNamed(text, types, options)
  local names, rows = nil, {}
  local ok, message = pcall(function()
    local count, reason = csv.read(text, options, function(record, number, line)
      if not names then
        names = record
        return
      end
      if #record ~= #names then
        error(string.format("line %d: %d fields where %d are named", line, #record, #names), 0)
      end
      local row = {}
      for index, name in ipairs(names) do
        local value = record[index]
        local convert = types and types[name]
        if convert then
          local converted = convert(value)
          if converted == nil then error(string.format("line %d: field %s: bad value %q", line, name, value), 0) end
          value = converted
        end
        row[name] = value
      end
      rows[#rows + 1] = row
    end)
    if not count then error(reason, 0) end
  end)
  if not ok then return nil, message end
  return rows, names
end

function csv.write(records, options)
  options = options or {}
  local separator = options.separator or ","
  local special = '[\r\n"' .. separator:gsub("%W", "%%%0") .. "]"
  local lines = {}
  for index, record in ipairs(records) do
    local fields = {}
    for position = 1, record.n or #record do
      local value = record[position]
      value = value == nil and "" or tostring(value)
      if options.quoteAll or value:find(special) then value = '"' .. value:gsub('"', '""') .. '"' end
      fields[position] = value
    end
    lines[index] = table.concat(fields, separator)
  end
  return table.concat(lines, "\n") .. "\n"
end

-- A query: a chain of steps over rows.
local Query = {}
Query.__index = Query
function csv.query(rows) return setmetatable({ rows = rows }, Query) end
function Query:where(test)
  local kept = {}
  for _, row in ipairs(self.rows) do if test(row) then kept[#kept + 1] = row end end
  return csv.query(kept)
end
function Query:orderBy(...)
  local keys, sorted = { ... }, { unpack(self.rows) }
  table.sort(sorted, function(left, right)
    for _, key in ipairs(keys) do
      local name, descending = key:gsub("^%-", "")
      local a, b = left[name], right[name]
      if a ~= b then
        if descending == 1 then return a > b end
        return a < b
      end
    end
    return false
  end)
  return csv.query(sorted)
end
function Query:groupBy(name, aggregates)
  local groups, order = {}, {}
  for _, row in ipairs(self.rows) do
    local key = row[name]
    if not groups[key] then
      groups[key] = {}
      order[#order + 1] = key
    end
    table.insert(groups[key], row)
  end
  local result = {}
  for index, key in ipairs(order) do
    local summary = { [name] = key }
    for field, aggregate in pairs(aggregates) do summary[field] = aggregate(groups[key]) end
    result[index] = summary
  end
  return csv.query(result)
end
function Query:select(...)
  local names, records = { ... }, {}
  for index, row in ipairs(self.rows) do
    local record = { n = #names }
    for position, name in ipairs(names) do record[position] = row[name] end
    records[index] = record
  end
  return records
end
local function sum(name)
  return function(rows)
    local total = 0
    for _, row in ipairs(rows) do total = total + row[name] end
    return total
  end
end

local function show(title, text, options)
  local records, message = csv.parse(text, options)
  if not records then
    print(title, "error", message)
    return
  end
  local shown = {}
  for index, record in ipairs(records) do
    local fields = {}
    for position, field in ipairs(record) do fields[position] = string.format("%q", field) end
    shown[index] = "[" .. table.concat(fields, " ") .. "]"
  end
  print(title, #records, table.concat(shown, " "))
end

show("plain", "a,b,c\n1,2,3\n")
show("no last break", "a,b\r\n1,2")
show("empty fields", ",,\na,,b\n,\n")
show("empty lines", "a\n\nb\n")
show("skipped lines", "a\n\n\nb\n", { skipEmpty = true })
show("quoted", 'one,"two, three","four ""5"" six"\n"","""",x')
show("line breaks", '"a\nb",c\r\n"d\r\ne",f\n')
show("semicolons", "1,5;2,5\n'x';\"y;z\"", { separator = ";" })
show("tabs", "a\tb c\t\n", { separator = "\t" })
show("trimmed", "  a , b\t,c  \n", { trim = true })
show("nothing", "")
show("unclosed", 'a,b\n"c,d\ne')
show("after quote", '"a"b,c')
show("bare quote", 'x\ny\na"b,c')

local records = { { "plain", "with, comma", 'with "quotes"' }, { "two\nlines", "", 12.5 }, { nil, true, "last", n = 3 }, { "", "", "" } }
local text = csv.write(records)
io.write(text)
io.write(csv.write({ { 1, "b;c", "d,e" } }, { separator = ";" }), csv.write({ { 1, "x" } }, { quoteAll = true }))
local again = assert(csv.parse(text))
print("same text again", csv.write(again) == text, #again, again[2][1] == "two\nlines")

local orders = [[
id,customer,product,quantity,price,paid
1,Ann,pen,10,1.20,yes
2,Bob,ink,2,8.50,no
3,Ann,paper,5,4.00,yes
4,Cid,pen,100,0.95,yes
5,Bob,"pen, red",3,1.40,no
6,Ann,ink,1,8.75,no
]]
local types = { id = tonumber, quantity = tonumber, price = tonumber, paid = function(value)
  if value == "yes" then return true elseif value == "no" then return false end
end }
local rows, names = csv.parseNamed(orders, types)
print(#rows, table.concat(names, " "), type(rows[1].price), rows[2].paid)
for _, row in ipairs(rows) do row.total = row.quantity * row.price end
io.write(csv.write(csv.query(rows):orderBy("customer", "-total"):select("customer", "product", "total")))
io.write(csv.write(csv.query(rows):where(function(row) return not row.paid end):orderBy("id"):select("id", "product", "missing", "paid")))
io.write(csv.write(csv.query(rows):groupBy("customer", { orders = function(group) return #group end, total = sum("total"), pieces = sum("quantity") })
  :orderBy("-total"):select("customer", "orders", "pieces", "total")))
print(csv.parseNamed("a,b\n1,2\n3\n", {}))
print(csv.parseNamed("a,b\n1,2\n3,x\n", { b = tonumber }))
print(csv.parseNamed('a\n"b', {}))

-- Made-up records, written and read back under every separator.
local seed = 7
local function random(limit) seed = (seed * 1103 + 12345) % 65536 return seed % limit + 1 end
local alphabet, made = { "a", ",", ";", '"', "\n", "\t", " ", "|", "zz", "" }, {}
for index = 1, 200 do
  local record = {}
  for field = 1, random(4) + 1 do
    local parts = {}
    for part = 1, random(5) do parts[part] = alphabet[random(#alphabet)] end
    record[field] = table.concat(parts)
  end
  made[index] = record
end
for _, separator in ipairs({ ",", ";", "\t", "|" }) do
  local written = csv.write(made, { separator = separator })
  local back, failure = csv.parse(written, { separator = separator })
  local equal = back ~= nil and #back == #made
  for index, record in ipairs(back or {}) do
    if table.concat(record, "\1") ~= table.concat(made[index], "\1") then equal = false end
  end
  print(string.format("%q", separator), #written, equal, failure)
end

local function render(template, values)
  return (template:gsub("{{(%w+)|?(%w*)}}", function(name, filter)
    local value = values[name]
    if value == nil then return nil end
    if filter == "upper" then value = tostring(value):upper() end
    if filter == "len" then value = #value end
    return tostring(value)
  end))
end
print(render("Hello {{name|upper}}, you have {{count}} new {{what}} ({{what|len}}) {{missing}}", { name = "ann", count = 3, what = "mails" }))
print(render("{{a}}{{b}}{{a}}", { a = 1, b = false }))

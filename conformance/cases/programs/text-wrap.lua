local text = [[
Scripts are short programs that run next to the data. A script reads keys, decides,
and writes; nobody else sees the state in between.]]
local function wrap(s, width)
  local lines, line = {}, ""
  for word in s:gmatch("%S+") do
    if #line + #word + 1 > width and line ~= "" then
      lines[#lines + 1] = line
      line = word
    else
      line = line == "" and word or line .. " " .. word
    end
  end
  lines[#lines + 1] = line
  return lines
end
for i, line in ipairs(wrap(text, 30)) do print(("%02d %-30s|"):format(i, line)) end

-- Differences of lists of lines by their longest common subsequence: edits, unified hunks, patches and a merge of three.
local function lines(text)
  local list = {}
  for line in (text .. "\n"):gmatch("([^\n]*)\n") do list[#list + 1] = line end
  if list[#list] == "" then list[#list] = nil end
  return list
end

-- The edits from a to b: a list of {" " or "-" or "+", line}.
local function diff(a, b)
  local length = {}
  for i = #a + 1, 1, -1 do
    length[i] = {}
    for j = #b + 1, 1, -1 do
      if i > #a or j > #b then length[i][j] = 0
      elseif a[i] == b[j] then length[i][j] = length[i + 1][j + 1] + 1
      else length[i][j] = math.max(length[i + 1][j], length[i][j + 1]) end
    end
  end
  local edits, i, j = {}, 1, 1
  while i <= #a or j <= #b do
    if i <= #a and j <= #b and a[i] == b[j] then
      edits[#edits + 1] = { " ", a[i] }
      i, j = i + 1, j + 1
    elseif i <= #a and (j > #b or length[i + 1][j] >= length[i][j + 1]) then
      edits[#edits + 1] = { "-", a[i] }
      i = i + 1
    else
      edits[#edits + 1] = { "+", b[j] }
      j = j + 1
    end
  end
  return edits, length[1][1]
end

local function unified(edits, context)
  local output, index, old, new = {}, 1, 1, 1
  while index <= #edits do
    if edits[index][1] == " " then
      index, old, new = index + 1, old + 1, new + 1
    else
      local first = math.max(index - context, 1)
      while first < index and edits[first][1] ~= " " do first = first + 1 end
      local before = index - first
      local last, quiet = index, 0
      for at = index, #edits do
        if edits[at][1] == " " then
          quiet = quiet + 1
          if quiet > 2 * context then break end
        else
          last, quiet = at, 0
        end
      end
      local stop = math.min(last + context, #edits)
      local oldStart, newStart, oldCount, newCount, body = old - before, new - before, 0, 0, {}
      for at = first, stop do
        local kind = edits[at][1]
        if kind ~= "+" then oldCount = oldCount + 1 end
        if kind ~= "-" then newCount = newCount + 1 end
        body[#body + 1] = kind .. edits[at][2]
      end
      output[#output + 1] = string.format("@@ -%d,%d +%d,%d @@", oldStart, oldCount, newStart, newCount)
      output[#output + 1] = table.concat(body, "\n")
      old, new, index = oldStart + oldCount, newStart + newCount, stop + 1
    end
  end
  return table.concat(output, "\n")
end

local function apply(original, patch)
  local result, at = {}, 1
  for line in (patch .. "\n"):gmatch("(.-)\n") do
    local start = line:match("^@@ %-(%d+),")
    if start then
      while at < tonumber(start) do
        result[#result + 1] = original[at]
        at = at + 1
      end
    elseif line ~= "" then
      local kind, text = line:sub(1, 1), line:sub(2)
      if kind ~= "+" then
        if original[at] ~= text then error(string.format("line %d is %q, not %q", at, tostring(original[at]), text), 0) end
        at = at + 1
      end
      if kind ~= "-" then result[#result + 1] = text end
    end
  end
  for index = at, #original do result[#result + 1] = original[index] end
  return result
end

local function show(title, oldText, newText, context)
  local old, new = lines(oldText), lines(newText)
  local edits, common = diff(old, new)
  local patch = unified(edits, context or 1)
  print("== " .. title, #old, #new, common)
  if patch ~= "" then print(patch) end
  print(table.concat(apply(old, patch), "|") == table.concat(new, "|"))
end
show("equal", "a\nb\nc\n", "a\nb\nc\n")
show("from nothing", "", "a\nb\n")
show("to nothing", "a\nb\n", "")
show("change", "one\ntwo\nthree\nfour\n", "one\n2\nthree\nfour\n")
show("insert and delete", "a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nx\nc\nd\ne\nf\nh\ni\n")
show("far apart", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n", "0\n2\n3\n4\n5\n6\n7\n8\n9\n11\n12\n")
show("no context", "a\nb\nc\nd", "b\nc\nx\nd\ny", 0)
show("moved", "alpha\nbeta\ngamma\ndelta", "gamma\nalpha\nbeta\ndelta", 3)
print(pcall(apply, lines("a\nz\nc"), "@@ -1,2 +1,2 @@\n a\n-b\n+B"))

-- Words within a line, with marks.
local function words(text)
  local list = {}
  for word, blank in text:gmatch("(%w*)(%W?)") do
    if word ~= "" then list[#list + 1] = word end
    if blank ~= "" then list[#list + 1] = blank end
  end
  return list
end
local function marked(old, new)
  local output, state = {}, " "
  local opening, closing = { ["-"] = "[-", ["+"] = "{+" }, { ["-"] = "-]", ["+"] = "+}" }
  for _, edit in ipairs(diff(words(old), words(new))) do
    if edit[1] ~= state then
      output[#output + 1] = closing[state]
      output[#output + 1] = opening[edit[1]]
      state = edit[1]
    end
    output[#output + 1] = edit[2]
  end
  output[#output + 1] = closing[state]
  return table.concat(output)
end
print(marked("the quick brown fox", "the slow brown dog!"))
print(marked("local x = 1 + y", "local x = y + 1"))
print(marked("", "new"), marked("gone", ""), marked("same", "same"))

-- Levenshtein distance and similarity from the common subsequence of letters.
local function letters(text)
  local list = {}
  for letter in text:gmatch(".") do list[#list + 1] = letter end
  return list
end
for _, pair in ipairs({ { "kitten", "sitting" }, { "flaw", "lawn" }, { "", "abc" }, { "same", "same" }, { "abcdef", "fedcba" } }) do
  local _, common = diff(letters(pair[1]), letters(pair[2]))
  print(pair[1], pair[2], common, string.format("%.3f", 2 * common / (#pair[1] + #pair[2])))
end

-- A merge of two descendants: stretches where both differ from the base in other ways are conflicts.
local function matches(base, other)
  local map, i, j = {}, 0, 0
  for _, edit in ipairs(diff(base, other)) do
    if edit[1] ~= "+" then i = i + 1 end
    if edit[1] ~= "-" then j = j + 1 end
    if edit[1] == " " then map[i] = j end
  end
  return map
end
local function merge(base, mine, theirs)
  local toMine, toTheirs = matches(base, mine), matches(base, theirs)
  local output, conflicts = {}, 0
  local b, m, t = 1, 1, 1
  local function slice(list, from, to) return table.concat(list, "\n", from, to) end
  local function stretch(baseTo, mineTo, theirsTo)
    local common, left, right = slice(base, b, baseTo), slice(mine, m, mineTo), slice(theirs, t, theirsTo)
    if left == right or right == common then
      if mineTo >= m then output[#output + 1] = left end
    elseif left == common then
      if theirsTo >= t then output[#output + 1] = right end
    else
      conflicts = conflicts + 1
      output[#output + 1] = "<<<<\n" .. left .. "\n====\n" .. right .. "\n>>>>"
    end
  end
  for index = 1, #base do
    if toMine[index] and toTheirs[index] then
      stretch(index - 1, toMine[index] - 1, toTheirs[index] - 1)
      output[#output + 1] = base[index]
      b, m, t = index + 1, toMine[index] + 1, toTheirs[index] + 1
    end
  end
  stretch(#base, #mine, #theirs)
  return table.concat(output, "\n"), conflicts
end
local base = lines("a\nb\nc\nd\ne")
print(merge(base, lines("a\nB\nc\nd\ne"), lines("a\nb\nc\nD\ne\nf")))
print(merge(base, lines("a\nX\nc\nd\ne"), lines("a\nY\nc\nd\ne")))
print(merge(base, lines("b\nc\nd\ne"), lines("a\nb\nc\ne")))
print(merge(base, lines("a\nb\nQ\nd\ne"), lines("a\nb\nQ\nd\ne")))
print(merge(base, base, {}))

-- Made-up lists: the patch always rebuilds the other list, and the edits are as few as the common subsequence says.
local seed = 11
local function random(limit) seed = (seed * 75 + 74) % 65537 return seed % limit end
local good, total = 0, 0
for _ = 1, 60 do
  local old, new = {}, {}
  for index = 1, random(25) do old[index] = "line " .. random(6) end
  for index = 1, random(25) do new[index] = "line " .. random(6) end
  local edits, common = diff(old, new)
  local changes = 0
  for _, edit in ipairs(edits) do if edit[1] ~= " " then changes = changes + 1 end end
  local rebuilt = apply(old, unified(edits, random(4)))
  if changes == #old + #new - 2 * common and table.concat(rebuilt, ",") == table.concat(new, ",") then good = good + 1 end
  total = total + changes
end
print(good, total)

print(1) -- rest of the line
--print("hidden")
--
print(2) --[ not a long comment
--[=not long either
print(3)--
--[==x also short
print(4)

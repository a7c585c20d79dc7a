local config = { name = "x" }
print(config.name)
print(config.section.value)

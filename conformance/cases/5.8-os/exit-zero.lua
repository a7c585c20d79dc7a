print("before")
coroutine.wrap(function() pcall(os.exit) end)()
print("never")

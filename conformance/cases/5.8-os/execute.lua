print(os.execute("exit 0"), os.execute("exit 1"), os.execute("exit 3"), os.execute("kill -9 $$"))
print(os.execute() ~= 0, os.execute(nil) ~= 0)
print(os.execute("/nonexistent/command 2>/dev/null"))
print(pcall(os.execute, {}))

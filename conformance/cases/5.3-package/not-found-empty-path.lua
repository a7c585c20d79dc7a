package.path, package.cpath = "", ""
print(pcall(require, "x"))
print(pcall(require, "x.y"))
package.path = ";;?;;"
print(pcall(require, "/nonexistent/a.b"))

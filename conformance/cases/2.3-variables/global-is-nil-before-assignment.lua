print(undefined, _G.undefined, rawget(_G, "undefined"))
undefined = false print(undefined, _G.undefined)
undefined = nil print(undefined, next({ undefined }))
a.b = nil

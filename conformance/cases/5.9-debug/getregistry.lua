print(type(debug.getregistry()), debug.getregistry() == debug.getregistry())

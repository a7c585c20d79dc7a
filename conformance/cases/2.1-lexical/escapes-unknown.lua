-- An unknown escape stands for the character itself in 5.1; \x and \z have no meaning.
print("\q\w\%\.")
print("\x41", "\z  x", "\u{41}")
print('\;', "\-")

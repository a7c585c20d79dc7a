local andy, order, notes, ending, iff, dofus, format, functional, inn, localhost, nilly, returned, thenar, truely, untilde, whiled, repeater, elsewhere, elseifs, breaker, falsehood =
  1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21
print(andy, order, notes, ending, iff, dofus, format, functional, inn, localhost, nilly)
print(returned, thenar, truely, untilde, whiled, repeater, elsewhere, elseifs, breaker, falsehood)
local And, OR, Nil, TRUE = "A", "O", "N", "T"
print(And, OR, Nil, TRUE)
local _, __, _1, a1, A_b = 1, 2, 3, 4, 5
print(_, __, _1, a1, A_b)

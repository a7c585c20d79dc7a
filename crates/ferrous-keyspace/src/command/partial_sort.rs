//! Sorting of which only a part of the result is wanted: `SORT BY ... LIMIT` and `GEOSEARCH COUNT`.
//!
//! The servers use Bentley's and McIlroy's quicksort for that and leave out whatever the part cannot lie in. It does not keep
//! the order of equal elements; where it puts them shows, so it is the same one here, comparison by comparison.

use std::{cmp::Ordering, ops::Range};

/// Below so many elements one is moved after the other.
const FEW: usize = 7;
/// Above so many elements the pivot is the middle of nine and not of three.
const MANY: usize = 40;

/// Moves what belongs at `wanted` of the sorted items there.
pub(super) fn sort_part<T>(
    items: &mut [T],
    wanted: &Range<usize>,
    compare: &mut impl FnMut(&T, &T) -> Ordering,
) {
    let mut ranges = Vec::new();
    ranges.push(0..items.len());
    while let Some(range) = ranges.pop() {
        let start = range.start;
        let Some(items) = items.get_mut(range) else { continue };
        if items.len() < FEW {
            insert_each(items, compare);
            continue;
        }
        let (less, greater) = split(items, compare);
        let parts = [start..start + less, start + items.len() - greater..start + items.len()];
        ranges.extend(
            parts
                .into_iter()
                .filter(|part| part.len() > 1 && part.start < wanted.end && wanted.start < part.end),
        );
    }
}

fn insert_each<T>(items: &mut [T], compare: &mut impl FnMut(&T, &T) -> Ordering) {
    for end in 1..items.len() {
        let mut place = end;
        while place > 0 && compare(&items[place - 1], &items[place]).is_gt() {
            items.swap(place, place - 1);
            place -= 1;
        }
    }
}

/// Which of three items is in the middle.
fn median<T>(items: &[T], [a, b, c]: [usize; 3], compare: &mut impl FnMut(&T, &T) -> Ordering) -> usize {
    let mut is = |one: usize, order: Ordering, other: usize| compare(&items[one], &items[other]) == order;
    if is(a, Ordering::Less, b) {
        if is(b, Ordering::Less, c) {
            b
        } else if is(a, Ordering::Less, c) {
            c
        } else {
            a
        }
    } else if is(b, Ordering::Greater, c) {
        b
    } else if is(a, Ordering::Less, c) {
        a
    } else {
        c
    }
}

/// The item to split by.
fn pivot<T>(items: &[T], compare: &mut impl FnMut(&T, &T) -> Ordering) -> usize {
    let count = items.len();
    let (mut low, mut middle, mut high) = (0, count / 2, count - 1);
    if count == FEW {
        return middle;
    }
    if count > MANY {
        let step = count / 8;
        low = median(items, [low, low + step, low + 2 * step], compare);
        middle = median(items, [middle - step, middle, middle + step], compare);
        high = median(items, [high - 2 * step, high - step, high], compare);
    }
    median(items, [low, middle, high], compare)
}

/// Brings what is less than a pivot to the front and what is greater to the end; how many there are of each. At least [`FEW`]
/// items.
fn split<T>(items: &mut [T], compare: &mut impl FnMut(&T, &T) -> Ordering) -> (usize, usize) {
    let count = items.len();
    items.swap(0, pivot(items, compare));
    // The items before `equal_low` and from `equal_high` on equal the pivot, those before `low` are less, from `high` on greater.
    let (mut equal_low, mut low) = (1, 1);
    let (mut equal_high, mut high) = (count, count);
    loop {
        while low < high {
            let order = compare(&items[low], &items[0]);
            if order.is_gt() {
                break;
            }
            if order.is_eq() {
                items.swap(equal_low, low);
                equal_low += 1;
            }
            low += 1;
        }
        while low < high {
            let order = compare(&items[high - 1], &items[0]);
            if order.is_lt() {
                break;
            }
            high -= 1;
            if order.is_eq() {
                equal_high -= 1;
                items.swap(high, equal_high);
            }
        }
        if low >= high {
            break;
        }
        high -= 1;
        items.swap(low, high);
        low += 1;
    }
    let (less, greater) = (low - equal_low, equal_high - high);
    let moved = equal_low.min(less);
    for index in 0..moved {
        items.swap(index, low - moved + index);
    }
    let moved = greater.min(count - equal_high);
    for index in 0..moved {
        items.swap(low + index, count - moved + index);
    }
    (less, greater)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_part_is_that_of_the_sorted_items(
            items in prop::collection::vec(0u8..50, 0..200),
            start in 0usize..200,
            len in 0usize..200,
        ) {
            let mut sorted = items.clone();
            sorted.sort_unstable();
            let wanted = start.min(items.len())..(start + len).min(items.len());
            let mut items = items;
            sort_part(&mut items, &wanted, &mut u8::cmp);
            prop_assert_eq!(&items[wanted.clone()], &sorted[wanted]);
        }
    }
}

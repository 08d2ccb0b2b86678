//! Groups of few people (少数人群). A sum over one to four persons or households is as good as their records; whoever does not read whom those are about
//! is not told it. Pure: who that is, the policy says (`Reach::names`).
//!
//! A group that is hidden alone could be had by subtraction from a total, so that another one is hidden beside it: see [`hidden`]. What neither hides is in
//! `docs/security.md`.

/// The fewest that are shown.
const FEWEST: i64 = 5;

/// Nobody at all is no secret.
pub(crate) fn few(number: i64) -> bool {
    (1..FEWEST).contains(&number)
}

/// Which of the parts of a whole are hidden, each with its numbers (of persons, of households): those of few, and for each number of which something is hidden
/// the smallest part of enough, so that the whole less what is shown is never of few. `beside` is a part that this answer does not show, but another might.
pub(crate) fn hidden<const N: usize>(parts: &[[i64; N]], beside: [i64; N]) -> Vec<bool> {
    let mut hidden: Vec<bool> = parts.iter().map(|part| part.iter().any(|number| few(*number))).collect();
    for place in 0..N {
        let of_few = few(beside[place]) || parts.iter().zip(&hidden).any(|(part, hidden)| *hidden && few(part[place]));
        let covered = parts.iter().zip(&hidden).any(|(part, hidden)| *hidden && part[place] >= FEWEST);
        if of_few && !covered {
            let shown = parts.iter().enumerate().filter(|(at, part)| !hidden[*at] && part[place] >= FEWEST);
            if let Some((at, _)) = shown.min_by_key(|(_, part)| part[place]) {
                hidden[at] = true;
            }
        }
    }
    hidden
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn four_are_few_and_five_are_not() {
        assert_eq!([0, 1, 4, 5].map(few), [false, true, true, false]);
    }

    #[test]
    fn a_part_of_few_is_hidden_with_the_smallest_of_enough() {
        assert_eq!(hidden(&[[9], [5], [4], [7]], [0]), [false, true, true, false]);
        assert_eq!(hidden(&[[9], [5], [0], [7]], [0]), [false; 4], "nobody is no secret");
        assert_eq!(hidden(&[[2], [1]], [0]), [true, true], "there is none of enough");
        assert_eq!(hidden(&[[4]], [0]), [true]);
        assert_eq!(hidden(&[[5]], [0]), [false]);
    }

    #[test]
    fn what_another_answer_may_show_counts() {
        assert_eq!(hidden(&[[60]], [4]), [true], "the whole less sixty would be four");
        assert_eq!(hidden(&[[60]], [5]), [false]);
        assert_eq!(hidden(&[[60], [9]], [1]), [false, true]);
    }

    #[test]
    fn households_are_hidden_with_households() {
        assert_eq!(hidden(&[[20, 3], [6, 0], [30, 8], [40, 9]], [0, 0]), [true, false, true, false]);
        assert_eq!(hidden(&[[2, 0], [6, 7], [9, 5]], [0, 0]), [true, true, false]);
    }

    proptest! {
        #[test]
        fn the_whole_less_what_is_shown_is_never_of_few_where_enough_are_there(parts in prop::collection::vec([0..12_i64, 0..12_i64], 1..8)) {
            let hidden = hidden(&parts, [0, 0]);
            for place in 0..2 {
                let rest: Vec<i64> = parts.iter().zip(&hidden).filter(|(_, hidden)| **hidden).map(|(part, _)| part[place]).collect();
                let all: i64 = rest.iter().sum();
                let enough = parts.iter().any(|part| part[place] >= FEWEST);
                prop_assert!(all == 0 || !enough || rest.iter().any(|number| *number >= FEWEST) || rest.iter().all(|number| *number == 0));
            }
            for (part, hidden) in parts.iter().zip(&hidden) {
                prop_assert!(*hidden || !part.iter().any(|number| few(*number)));
            }
        }
    }
}

//! Splitting a total into whole parts that add up to it again (分摊): the largest-remainder method (最大余数法).
//!
//! 56,000.00 yuan over 145 items is 386.2069 an item; 386.21 each would make 56,000.45. Here 100 items get 386.21 and 45 get 386.20.

use super::Figure;

/// `total` in proportion to `weights`, one part for each weight, in their order. The parts add up to `total` exactly; each differs from
/// its true share by less than 1. What rounding down leaves over goes, one by one, to the largest remainders, and among equals to the
/// earlier part, so that the same input always gives the same parts. Weights that are all 0 count alike.
///
/// No weights, no parts: then, and only then, a total other than 0 is not shared out.
pub fn share(total: i64, weights: &[u64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
    if sum == 0 {
        return share_evenly(total, weights.len());
    }
    // |total| < 2^63 and weight < 2^64, so no product leaves i128.
    let exact = weights.iter().map(|&weight| i128::from(total) * i128::from(weight));
    let (mut parts, remainders): (Vec<i64>, Vec<i128>) =
        exact.map(|product| (whole(product.div_euclid(sum)), product.rem_euclid(sum))).unzip();
    let left_over = i128::from(total) - parts.iter().map(|&part| i128::from(part)).sum::<i128>();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    // Stable: equals keep their order.
    order.sort_by_key(|&i| std::cmp::Reverse(remainders[i]));
    for &i in order.iter().take(left_over as usize) {
        parts[i] += 1;
    }
    parts
}

/// `total` in `n` parts as equal as can be, the larger ones first.
pub fn share_evenly(total: i64, n: usize) -> Vec<i64> {
    let Some(count) = i64::try_from(n).ok().filter(|&n| n > 0) else {
        return Vec::new();
    };
    let (part, left_over) = (total.div_euclid(count), total.rem_euclid(count));
    (0..count).map(|i| part + i64::from(i < left_over)).collect()
}

impl Figure {
    /// Shares of a figure are as sure as the figure: of an EXACT total they are EXACT, of an UNKNOWN one UNKNOWN.
    pub fn shared(self, weights: &[u64]) -> Vec<Self> {
        let Self { amount, precision } = self.normal();
        match amount {
            Some(total) => {
                share(total, weights).into_iter().map(|part| Self { amount: Some(part), precision }).collect()
            }
            None => vec![Self::UNKNOWN; weights.len()],
        }
    }
}

/// A share lies between 0 and its total.
fn whole(share: i128) -> i64 {
    i64::try_from(share).expect("between 0 and the total")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn figures_of_one_community() {
        // F13: 56,000.00 over 145 items.
        let parts = share_evenly(5_600_000, 145);
        assert_eq!(parts.iter().sum::<i64>(), 5_600_000);
        assert_eq!(parts.iter().filter(|&&part| part == 38_621).count(), 100);
        assert_eq!(parts.iter().filter(|&&part| part == 38_620).count(), 45);
        // F15: 16,000.00 over 23 low-income recipients and 4 pupils.
        let parts = share_evenly(1_600_000, 27);
        assert_eq!(parts.iter().sum::<i64>(), 1_600_000);
        assert_eq!((parts[0], parts[26]), (59_260, 59_259));
        // F13 by recipients: 54 residents, some with several items.
        let items: Vec<u64> = (0..54).map(|i| if i < 37 { 3 } else { 2 }).collect();
        assert_eq!(items.iter().sum::<u64>(), 145);
        assert_eq!(share(5_600_000, &items).iter().sum::<i64>(), 5_600_000);
    }

    #[test]
    fn borders() {
        for (total, weights, expected) in [
            (100, &[1, 1, 1][..], &[34, 33, 33][..]),
            (100, &[1, 2, 3], &[17, 33, 50]),
            (1, &[1, 1], &[1, 0]),
            (0, &[1, 2], &[0, 0]),
            (7, &[0, 0], &[4, 3]),
            (7, &[0, 1, 0], &[0, 7, 0]),
            (7, &[], &[]),
            (-100, &[1, 1, 1], &[-33, -33, -34]),
            (i64::MAX, &[u64::MAX, u64::MAX], &[i64::MAX / 2 + 1, i64::MAX / 2]),
            (i64::MIN, &[u64::MAX], &[i64::MIN]),
        ] {
            assert_eq!(share(total, weights), expected, "{total} by {weights:?}");
        }
        assert!(share_evenly(7, 0).is_empty());
    }

    #[test]
    fn of_figures() {
        assert_eq!(Figure::at_least(3).shared(&[1, 1]), [Figure::at_least(2), Figure::at_least(1)]);
        assert_eq!(Figure::UNKNOWN.shared(&[1, 1]), [Figure::UNKNOWN; 2]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_are_fair(total in any::<i64>(), weights in prop::collection::vec(any::<u64>(), 1..30)) {
            let parts = share(total, &weights);
            prop_assert_eq!(parts.iter().map(|&part| i128::from(part)).sum::<i128>(), i128::from(total));
            let sum: i128 = weights.iter().map(|&weight| i128::from(weight)).sum();
            if sum > 0 {
                for (part, weight) in parts.iter().zip(&weights) {
                    let floor = (i128::from(total) * i128::from(*weight)).div_euclid(sum);
                    prop_assert!((floor..=floor + 1).contains(&i128::from(*part)));
                }
            }
        }

        #[test]
        fn equal_weights_are_even_shares(total in any::<i64>(), n in 1..500usize, weight in 1..u64::MAX) {
            prop_assert_eq!(share(total, &vec![weight; n]), share_evenly(total, n));
        }
    }
}

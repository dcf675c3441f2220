//! [`links`]: the objects that references refer to.

use std::collections::TryReserveError;

use super::records::Records;

/// Which reference refers to which object, by number, in the order of the references.
pub(super) fn links(records: &Records) -> Result<Vec<(u32, u32)>, TryReserveError> {
    let with_address = records.held().filter(|index| records.address(*index) != 0);
    let by_address = sorted(with_address.map(|index| (records.address(index), index)))?;
    let by_name = sorted(records.held().map(|index| (records.name(index), index)))?;

    let mut links = Vec::new();
    for index in records.all().filter(|index| records.is_reference(*index)) {
        let object = match records.address(index) {
            // The only one with that name, or none.
            0 => match equal(&by_name, records.name(index)) {
                [(_, only)] => Some(*only),
                _ => None,
            },
            address => equal(&by_address, address).first().map(|(_, object)| *object),
        };
        if let Some(object) = object {
            links.try_reserve(1)?;
            links.push((index, object));
        }
    }
    Ok(links)
}

fn sorted<K: Ord>(
    pairs: impl Iterator<Item = (K, u32)> + Clone,
) -> Result<Vec<(K, u32)>, TryReserveError> {
    let mut list = Vec::new();
    list.try_reserve_exact(pairs.clone().count())?;
    list.extend(pairs);
    list.sort_unstable();
    Ok(list)
}

/// The pairs with this key.
fn equal<K: Ord>(sorted: &[(K, u32)], key: K) -> &[(K, u32)] {
    let start = sorted.partition_point(|pair| pair.0 < key);
    let end = sorted.partition_point(|pair| pair.0 <= key);
    &sorted[start..end]
}

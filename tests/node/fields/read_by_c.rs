//! C reads, and changes, what Rust has changed.

use std::ffi::{CStr, c_char};

use talloc::{Array, BlobBuf, Error, StrList};
use talloc_tests::{c, check_tree};

talloc::node! {
    #[repr(C)]
    struct Packet<'t> as c"struct packet" {
        body: BlobBuf<'t>,
    }
}

#[track_caller]
fn assert_c_sees(list: &StrList<'_>, expected: &CStr) {
    let mut text = [0; 100];
    // SAFETY: a list whose strings are as long as their chunks; `text` has room.
    let result = unsafe {
        c::tt_list_describe(list.as_ptr(), text.as_mut_ptr().cast::<c_char>(), text.len())
    };
    assert_eq!(result, 0);
    assert_eq!(CStr::from_bytes_until_nul(&text), Ok(expected));
}

#[test]
fn arrays() {
    check_tree(|root| {
        let mut ports: Array<'_, u16> = root.alloc_slice_copy(&[]).into();
        let check = |ports: &Array<'_, u16>| {
            let sum = ports.iter().map(|port| u32::from(*port)).sum::<u32>();
            // SAFETY: an array of this type.
            assert_eq!(unsafe { c::tt_ports_sum(ports.as_ptr()) }, sum);
        };
        for port in 1..2000 {
            ports.push(port);
            check(&ports);
        }
        while !ports.is_empty() {
            ports.truncate(ports.len() * 3 / 4);
            check(&ports);
        }
        ports.free();
    });
}

#[test]
fn lists() -> Result<(), Error> {
    check_tree(|root| {
        let mut list = root.strdup_list(["a", "b"])?;
        list.push("c")?;
        assert_c_sees(&list, c"a,b,c,");
        list.remove(0).free();
        list.extend(["d", "e"])?;
        list.insert(0, "f")?;
        list.set(1, "longer")?;
        assert_c_sees(&list, c"f,longer,c,d,e,");
        list.clear();
        assert_c_sees(&list, c"");
        list.free();

        // SAFETY: a new list with strings below it.
        let mut list = unsafe { StrList::from_raw(c::tt_list_with_room(root.as_ptr(), 100)) }?;
        assert_eq!(list, ["from C"]);
        list.push("from Rust")?;
        list.insert(0, "first")?;
        assert_c_sees(&list, c"first,from C,from Rust,");
        list.remove(1).free();
        assert_eq!((list.len(), root.total_blocks()), (2, 4));
        list.free();
        Ok(())
    })
}

#[test]
fn blobs() {
    check_tree(|root| {
        let mut packet = root.build::<Packet>(|_| Packet { body: BlobBuf::EMPTY });
        for (byte, by_c) in [(1, true), (2, false), (4, true), (8, false)] {
            if by_c {
                // SAFETY: a `struct packet`, borrowed by nobody.
                assert!(unsafe { c::tt_packet_append(packet.as_ptr().cast(), byte) });
            } else {
                packet.with_mut(|t, packet| packet.body.extend_from_slice(t, &[byte]));
            }
        }
        assert_eq!(packet.get().body, [1, 2, 4, 8]);
        // SAFETY: a `struct packet`.
        assert_eq!(unsafe { c::tt_packet_sum(packet.as_ptr().cast()) }, 15);
        packet.with_mut(|_, packet| packet.body.truncate(3));
        // SAFETY: as above.
        assert_eq!(unsafe { c::tt_packet_sum(packet.as_ptr().cast()) }, 7);
        packet.with_mut(|_, packet| packet.body.clear());
        // SAFETY: as above.
        assert_eq!(unsafe { c::tt_packet_sum(packet.as_ptr().cast()) }, 0);
        assert_eq!(root.total_blocks(), 2);
    });
}

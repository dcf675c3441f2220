//! Serialising handles and nodes, deserialising into a context.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::value::{SeqDeserializer, U32Deserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_json::{Deserializer as Json, json, to_value};
use talloc::{
    Array, BlobBuf, Ctx, CtxRef, DeserializeIn, Kept, Node, SecretStr, SecretString, Str, StrList,
    TBox, TString,
};
use talloc_tests::{Counts, check_tree, set_memlimit};

talloc::node! {
    #[derive(serde::Serialize)]
    struct User<'t> {
        name: Str<'t>,
        shell: Option<Str<'t>>,
        groups: Array<'t, u32>,
        hosts: StrList<'t>,
        friend: Option<Kept<'t, User<'static>>>,
    }
}

/// The same as plain data.
#[derive(Deserialize)]
struct Plain<'a> {
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    shell: Option<Cow<'a, str>>,
    groups: Vec<u32>,
    #[serde(borrow)]
    hosts: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    friend: Option<Box<Plain<'a>>>,
}

impl Plain<'_> {
    fn into_node<'c>(self, ctx: &'c CtxRef) -> Result<Node<'c, User<'c>>, talloc::Error> {
        ctx.try_build(|t| {
            Ok(User {
                name: t.strdup(&self.name)?,
                shell: self.shell.as_deref().map(|shell| t.strdup(shell)).transpose()?,
                groups: t.alloc_slice_copy(&self.groups).into(),
                hosts: t.strdup_list(self.hosts.iter().map(|host| &**host))?,
                friend: self
                    .friend
                    .map(|f| f.into_node(t))
                    .transpose()?
                    .map(|friend| friend.keep()),
            })
        })
    }
}

const USER: &str = r#"{"name":"anna","shell":null,"groups":[100,27],"hosts":["a","ß"],"friend":{"name":"bob","shell":"/bin/sh","groups":[],"hosts":[],"friend":null}}"#;

#[test]
fn a_node_goes_there_and_back() {
    check_tree(|root| {
        let plain: Plain<'_> = serde_json::from_str(USER).expect("a user");
        let user = plain.into_node(root).expect("no NUL");
        assert_eq!(serde_json::to_string(&user).expect("UTF-8"), USER);
    });
}

/// Deserialises one JSON text into a context.
fn from_json<'p, 'de, H: DeserializeIn<'p, 'de>>(
    ctx: &'p CtxRef,
    json: &'de str,
) -> Result<H, serde_json::Error> {
    let mut json = Json::from_str(json);
    let value = ctx.deserialize(&mut json)?;
    json.end()?;
    Ok(value)
}

#[test]
fn every_handle_goes_there_and_back() {
    macro_rules! there_and_back {
        ($root:expr; $($handle:ty: $json:literal)*) => {$(
            let value: $handle = from_json($root, $json).expect("valid input");
            assert_eq!(serde_json::to_string(&value).expect("UTF-8"), $json, stringify!($handle));
        )*};
    }
    let root = Ctx::new();
    there_and_back! { &root;
        TBox<'_, (u8, String)>: r#"[1,"two"]"#
        TBox<'_, str>: r#""a\u0000b""#
        TBox<'_, [String]>: r#"["a","b"]"#
        TBox<'_, [()]>: "[null,null,null]"
        TBox<'_, [u64]>: "[]"
        TString<'_>: r#""größer""#
        Str<'_>: r#""""#
        Array<'_, [i8; 2]>: "[[1,-1],[2,-2]]"
        StrList<'_>: r#"["x","","z"]"#
        StrList<'_>: "[]"
        BlobBuf<'_>: "[1,0,255]"
        BlobBuf<'_>: "[]"
        Option<Str<'_>>: "null"
        Option<Str<'_>>: r#""text""#
        Option<TBox<'_, f64>>: "0.5"
    }
    assert_eq!(to_value(root.alloc_slice_copy(&[1, 2])).expect("a value"), json!([1, 2]));
}

#[test]
fn a_secret_is_read_and_never_written() {
    check_tree(|root| {
        let key: SecretStr<'_> = from_json(root, r#""sk-1234""#).expect("a string");
        let password: SecretString<'_> = from_json(root, r#""hunter2""#).expect("a string");
        assert_eq!((key.expose(), password.expose()), (c"sk-1234", "hunter2"));
        key.free();
    });
}

#[test]
fn what_cannot_be_a_c_string_is_an_error_and_leaves_nothing() {
    check_tree(|root| {
        let error = from_json::<Str<'_>>(root, r#""a\u0000b""#).expect_err("a NUL");
        assert!(error.to_string().contains("NUL byte at position 1"), "{error}");
        let error = from_json::<StrList<'_>>(root, r#"["x","a\u0000b"]"#).expect_err("a NUL");
        assert!(error.to_string().contains("NUL byte at position 1"), "{error}");
        let bytes = root.strdup_c(c"\xff");
        let error = serde_json::to_string(&bytes).expect_err("not UTF-8");
        assert!(error.to_string().contains("not UTF-8"), "{error}");
        bytes.free();
        from_json::<TBox<'_, [u8]>>(root, "[1, 2, 300]").expect_err("too large for a byte");
        from_json::<TBox<'_, [u8]>>(root, "[1, 2").expect_err("cut off");
        let error = from_json::<TString<'_>>(root, "1").expect_err("no string");
        assert!(error.to_string().contains("expected a string"), "{error}");
        let error = from_json::<Array<'_, u8>>(root, "{}").expect_err("no array");
        assert!(error.to_string().contains("expected a sequence"), "{error}");
        let number: U32Deserializer<serde_json::Error> = 1_u32.into_deserializer();
        let error = root.deserialize::<Option<Str<'_>>, _>(number).expect_err("no option");
        assert!(error.to_string().contains("expected a value or nothing"), "{error}");
    });
}

#[test]
fn m6_exhausted_memory_is_an_error_of_the_deserialiser() {
    check_tree(|root| {
        let ctx = root.new_child();
        set_memlimit(&ctx, 400);
        let many = format!("[{}0]", "1,".repeat(1000));
        let error = from_json::<Array<'_, u64>>(&ctx, &many).expect_err("no memory");
        assert!(error.to_string().contains("out of memory"), "{error}");
        let text = format!("\"{}\"", "x".repeat(1000));
        let error = from_json::<TString<'_>>(&ctx, &text).expect_err("no memory");
        assert!(error.to_string().contains("out of memory: 1001 bytes"), "{error}");
        set_memlimit(&ctx, 1);
        let error = from_json::<TBox<'_, u64>>(&ctx, "1").expect_err("no memory");
        assert!(error.to_string().contains("out of memory: 8 bytes"), "{error}");
        assert_eq!(ctx.total_blocks(), 1);
    });
}

/// An input may promise more elements than it has.
#[test]
fn m6_a_promise_takes_no_memory() {
    struct Promises(std::ops::Range<u64>);
    impl Iterator for Promises {
        type Item = u64;
        fn next(&mut self) -> Option<u64> {
            self.0.next()
        }
        fn size_hint(&self) -> (usize, Option<usize>) {
            (usize::MAX, Some(usize::MAX))
        }
    }
    check_tree(|root| {
        let ctx = root.new_child();
        set_memlimit(&ctx, 2 << 20);
        let input = SeqDeserializer::<_, serde_json::Error>::new(Promises(0..1000));
        let array: TBox<'_, [u64]> = ctx.deserialize(input).expect("there is memory");
        assert!(array.iter().copied().eq(0..1000));
        assert_eq!(TBox::as_ctx(&array).size(), 8000);
    });
}

#[test]
fn d4_elements_made_before_an_error_are_dropped() {
    thread_local!(static COUNTS: Counts = Counts::new());
    struct Element(#[expect(dead_code, reason = "it counts")] talloc_tests::Counted);
    impl<'de> Deserialize<'de> for Element {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            u8::deserialize(deserializer)?;
            Ok(Element(COUNTS.with(Counts::value)))
        }
    }
    check_tree(|root| {
        let elements = from_json::<TBox<'_, [Element]>>(root, "[1,2,3,4,5,6]").expect("numbers");
        assert_eq!(elements.len(), 6);
        drop(elements);
        assert!(from_json::<TBox<'_, [Element]>>(root, "[1,2,3,4,5,null]").is_err());
    });
    COUNTS.with(|counts| counts.assert_all_dropped(11));
}

#[test]
fn seeds_fill_a_node_without_a_plain_struct() {
    talloc::node! { struct Host<'t> { name: Str<'t>, ports: Array<'t, u16> } }

    struct Fields<'t>(&'t CtxRef);
    impl<'t, 'de> Visitor<'de> for Fields<'t> {
        type Value = Host<'t>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a host")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Host<'t>, A::Error> {
            let missing = serde::de::Error::missing_field;
            let (mut name, mut ports) = (None, None);
            while let Some(key) = map.next_key::<&str>()? {
                match key {
                    "name" => name = Some(map.next_value_seed(self.0.seed())?),
                    _ => ports = Some(map.next_value_seed(self.0.seed())?),
                }
            }
            Ok(Host {
                name: name.ok_or_else(|| missing("name"))?,
                ports: ports.ok_or_else(|| missing("ports"))?,
            })
        }
    }

    check_tree(|root| {
        let load = |json| {
            root.try_build_or::<Host, Box<dyn std::error::Error>>(|t| {
                Ok(Json::from_str(json).deserialize_map(Fields(t))?)
            })
        };
        let host = load(r#"{"name":"alpha","ports":[80,443]}"#).expect("a host");
        assert_eq!(host.get().name, "alpha");
        assert_eq!(*host.get().ports, [80, 443]);
        drop(host);
        assert!(load(r#"{"name":"alpha","ports":[80,"x"]}"#).is_err());
        let seed = root.seed::<TString<'_>>();
        assert_eq!(seed.deserialize(&mut Json::from_str("\"x\"")).expect("a string"), "x");
        assert_eq!(root.total_blocks(), 1);
    });
}

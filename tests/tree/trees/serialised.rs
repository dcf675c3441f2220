//! Serialising trees, and deserialising into them.

use serde::de::value::U32Deserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_json::{Deserializer as Json, json, to_value};
use talloc::tree::{Array, Kept, SecretStr, Str, StrList};
use talloc::{Tree, TreeCtx};

talloc::node! {
    #[derive(serde::Serialize)]
    struct User<'t> {
        name: Str<'t>,
        shell: Option<Str<'t>>,
        groups: Array<'t, u32>,
        hosts: StrList<'t>,
        note: &'t str,
        friend: Option<Kept<'t, User<'static>>>,
    }
}

/// A `User` straight into a tree, by a visitor as serde's derive writes it.
struct Fields<'m, 't>(&'m TreeCtx<'t>);

impl<'t, 'de> DeserializeSeed<'de> for Fields<'_, 't> {
    type Value = User<'t>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<User<'t>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'t, 'de> Visitor<'de> for Fields<'_, 't> {
    type Value = User<'t>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a user")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<User<'t>, A::Error> {
        let t = self.0;
        let mut user = User {
            name: t.strdup_c(c""),
            shell: None,
            groups: Array::new(),
            hosts: t.strdup_list([]).unwrap(),
            note: "",
            friend: None,
        };
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "name" => user.name = map.next_value_seed(t.seed())?,
                "shell" => user.shell = map.next_value_seed(t.seed())?,
                "groups" => user.groups = map.next_value_seed(t.seed())?,
                "hosts" => user.hosts = map.next_value_seed(t.seed())?,
                _ => user.note = map.next_value_seed(t.seed())?,
            }
        }
        Ok(user)
    }
}

#[test]
fn t5_json_into_a_tree_and_back() {
    let input = json!({
        "name": "anna", "shell": null, "groups": [1, 2, 3], "hosts": ["a", "b"], "note": "n\0",
    });
    let mut user =
        Tree::<User>::try_build_or::<Wrong>(|t| Ok(Fields(t).deserialize(&input)?)).unwrap();
    user.with_mut(|t, user| {
        user.friend = Some(t.build(|t| User {
            name: t.deserialize(&mut Json::from_str("\"bob\"")).unwrap(),
            shell: t.deserialize(&mut Json::from_str("\"sh\"")).unwrap(),
            groups: Array::new(),
            hosts: t.deserialize(&mut Json::from_str("[]")).unwrap(),
            note: t.alloc_str(""),
            friend: None,
        }));
    });
    let friend = json!({
        "name": "bob", "shell": "sh", "groups": [], "hosts": [], "note": "", "friend": null,
    });
    let mut expected = input.clone();
    expected["friend"] = friend;
    assert_eq!(std::thread::spawn(move || to_value(user).unwrap()).join().unwrap(), expected);
}

#[test]
fn t5_wrong_input_leaves_nothing() {
    let mut tree =
        Tree::<User>::try_build_or::<Wrong>(|t| Ok(Fields(t).deserialize(json!({}))?)).unwrap();
    let blocks = tree.total_blocks();
    tree.with_mut(|t, _| {
        assert!(t.deserialize::<Str<'_>, _>(json!("a\0")).is_err());
        assert!(t.deserialize::<SecretStr<'_>, _>(json!(1)).is_err());
        assert!(t.deserialize::<StrList<'_>, _>(json!(["a", "b\0"])).is_err());
        assert!(t.deserialize::<Array<'_, u8>, _>(json!([1, 2, 300])).is_err());
        assert!(t.deserialize::<Option<&str>, _>(json!([])).is_err());
        let number: U32Deserializer<serde_json::Error> = 1_u32.into_deserializer();
        let error = t.deserialize::<Option<&str>, _>(number).unwrap_err().to_string();
        assert!(error.contains("expected a value or nothing"), "{error}");
    });
    assert_eq!(tree.total_blocks(), blocks);
}

#[derive(Debug)]
struct Wrong;

impl From<talloc::Error> for Wrong {
    fn from(_: talloc::Error) -> Self {
        Wrong
    }
}

impl From<serde_json::Error> for Wrong {
    fn from(_: serde_json::Error) -> Self {
        Wrong
    }
}

//! One message of the conversation: ikigai's `ik_msg_t`.

use serde_json::Value;
use talloc::{CtxRef, Node, Str};

use crate::error::{Code, OrErr, Res};
use crate::fields::Fields;

talloc::node! {
    #[repr(C)]
    pub(crate) struct Message<'t> as c"ik_msg_t" {
        pub(crate) role: Str<'t>,
        pub(crate) content: Str<'t>,
    }
}

/// Reads `{"role": "user", "content": "…"}` into a message on `ctx`. An error
/// goes to `errors`, so that it can outlive `ctx`.
pub(crate) fn parse<'m, 'e>(
    ctx: &'m CtxRef,
    errors: &'e CtxRef,
    place: &str,
    line: &[u8],
) -> Res<'e, Node<'m, Message<'m>>> {
    let json: Value = serde_json::from_slice(line).or_err(errors, Code::Parse, place)?;
    let fields = Fields::of(errors, &place, &json)?;
    let role = fields.text("role")?;
    let content = fields.text("content")?;
    if !matches!(role, "user" | "assistant") {
        return Err(fields.invalid("role", format_args!("{role:?} is not user or assistant")));
    }
    ctx.try_build(|message| {
        Ok::<_, talloc::Error>(Message {
            role: message.try_strdup(role)?,
            content: message.try_strdup(content)?,
        })
    })
    .or_err(errors, Code::Invalid, place)
}

//! Messages.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;

use serde::Deserialize;
use talloc::{Array, Blob, CStrRef, CtxRef, Node, Str, StrList};

use crate::failure::{ErrCode, Failure};
use crate::res::Res;

/// Who says it.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// The person.
    User,
    /// The model.
    Assistant,
}

impl Role {
    /// C can pass any number, and as a `Role` most of them would be undefined behaviour.
    fn from_c(number: c_int) -> Result<Self, Failure> {
        let roles = [Role::User, Role::Assistant];
        let role = roles.into_iter().find(|&role| role as c_int == number);
        role.ok_or_else(|| Failure::new(ErrCode::Invalid, format!("{number} is no role")))
    }
}

/// One message. It owns all that it points to.
#[repr(C)]
#[derive(Debug)]
pub struct Message<'t> {
    /// Who says it.
    pub role: Role,
    /// What is said.
    pub content: Str<'t>,
    /// As many as `talloc_array_length` says; NULL if the message has none.
    pub tool_calls: Option<Array<'t, ToolCall<'t>>>,
}

talloc::node!(Message<'t> as c"chat_msg_t");

/// A tool that the model asks for.
#[repr(C)]
#[derive(Debug)]
pub struct ToolCall<'t> {
    /// The name of the tool.
    pub name: Str<'t>,
    /// `name=value` each, and NULL at the end.
    pub arguments: StrList<'t>,
}

impl talloc::NoDrop for ToolCall<'_> {}

/// Parses one message, a JSON object. The text need not end with a NUL.
///
/// Returns a `chat_msg_t *` on `ctx`, which the caller owns and which does not refer to
/// `text`; or an error on `ctx`, and then nothing else is left there.
#[unsafe(no_mangle)]
pub extern "C" fn chat_msg_parse<'c>(ctx: &'c CtxRef, text: Blob<'_>) -> Res<'c> {
    Res::of(ctx, || parse(ctx, &text))
}

/// Makes a message without tool calls. `role` is a `chat_role`.
///
/// Sets `*out`, which need not be set before, to a `chat_msg_t *` on `ctx`, which the caller
/// owns, and returns the same; or sets it to NULL, and returns an error on `ctx`.
#[unsafe(no_mangle)]
pub extern "C" fn chat_msg_init<'c>(
    ctx: &'c CtxRef,
    role: c_int,
    content: CStrRef<'_>,
    out: &mut MaybeUninit<Option<Node<'c, Message<'c>>>>,
) -> Res<'c> {
    let out = out.write(None);
    Res::of(ctx, || init(ctx, role, content, out))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input<'j> {
    role: Role,
    #[serde(borrow)]
    content: Cow<'j, str>,
    #[serde(borrow)]
    tool_calls: Option<Vec<ToolInput<'j>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToolInput<'j> {
    #[serde(borrow)]
    name: Cow<'j, str>,
    #[serde(borrow)]
    arguments: BTreeMap<Cow<'j, str>, Cow<'j, str>>,
}

fn init<'c>(
    ctx: &'c CtxRef,
    role: c_int,
    content: CStrRef<'_>,
    out: &mut Option<Node<'c, Message<'c>>>,
) -> Result<*mut c_void, Failure> {
    let role = Role::from_c(role)?;
    let msg = ctx.try_build::<Message>(|msg| {
        Ok(Message { role, content: msg.try_strdup_c(&content)?, tool_calls: None })
    })?;
    Ok(out.insert(msg).as_ptr().cast())
}

fn parse<'c>(ctx: &'c CtxRef, text: &[u8]) -> Result<Node<'c, Message<'c>>, Failure> {
    let input: Input<'_> = serde_json::from_slice(text)?;
    ctx.try_build_or(|msg| {
        Ok(Message {
            role: input.role,
            content: msg.try_strdup(&input.content)?,
            tool_calls: input.tool_calls.map(|calls| tool_calls(msg, &calls)).transpose()?,
        })
    })
}

fn tool_calls<'t>(
    msg: &'t CtxRef,
    calls: &[ToolInput<'_>],
) -> Result<Array<'t, ToolCall<'t>>, talloc::Error> {
    let calls: Result<Vec<_>, _> = calls.iter().map(|call| tool_call(msg, call)).collect();
    Ok(msg.try_alloc_slice_from_iter(calls?)?.into())
}

fn tool_call<'t>(msg: &'t CtxRef, call: &ToolInput<'_>) -> Result<ToolCall<'t>, talloc::Error> {
    let arguments: Vec<_> = call.arguments.iter().map(|(k, v)| format!("{k}={v}")).collect();
    Ok(ToolCall {
        name: msg.try_strdup(&call.name)?,
        arguments: msg.try_strdup_list(arguments.iter().map(String::as_str))?,
    })
}

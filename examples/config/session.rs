//! What outlives the requests: the messages so far.

use serde_json::{Value, json};
use talloc::{CtxRef, Error, Kept, Node, TString};

use crate::config::Config;
use crate::message::Message;

talloc::node! {
    /// The conversation. The messages are its children, in nodes of their own.
    pub(crate) struct Session<'t> {
        messages: Vec<Kept<'t, Message<'static>>>,
    }
}

/// An empty session on `ctx`.
pub(crate) fn create(ctx: &CtxRef) -> Node<'_, Session<'_>> {
    ctx.build(|_| Session { messages: Vec::new() })
}

/// Steals a message from wherever it is into the session.
pub(crate) fn keep(session: &mut Node<'_, Session<'_>>, message: Node<'_, Message<'_>>) {
    session.with_mut(|t, session| session.messages.push(message.steal(t).keep()));
}

impl Session<'_> {
    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// What the model would be sent, with one more message at the end.
    pub(crate) fn completion<'s>(
        &self,
        scratch: &'s CtxRef,
        config: &Config<'_>,
        last: &Message<'_>,
    ) -> Result<TString<'s>, Error> {
        let system = config.openai_system_message.iter().map(|text| chat("system", text));
        let so_far = self.messages.iter().map(|kept| kept.get()).chain([last]);
        let chats = so_far.map(|message| chat(&message.role.to_string_lossy(), &message.content));
        let body = json!({
            "model": config.openai_model.to_string_lossy(),
            "temperature": config.openai_temperature,
            "max_completion_tokens": config.openai_max_completion_tokens,
            "messages": system.chain(chats).collect::<Vec<Value>>(),
        });
        scratch.try_format(format_args!("{body}"))
    }
}

fn chat(role: &str, content: &std::ffi::CStr) -> Value {
    json!({ "role": role, "content": content.to_string_lossy() })
}

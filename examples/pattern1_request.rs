//! Pattern 1: one context for a request, and one free for all that is on it.
#![forbid(unsafe_code)]

use std::error::Error;

use talloc::{Ctx, CtxRef, Node, Str};

talloc::node! {
    #[repr(C)]
    struct Msg<'t> as c"ik_protocol_msg_t" {
        kind: Str<'t>,
        payload: Str<'t>,
    }
}

fn ik_protocol_msg_parse<'c>(
    ctx: &'c CtxRef,
    input: &str,
) -> Result<Node<'c, Msg<'c>>, Box<dyn Error>> {
    let (kind, payload) = input.split_once(' ').ok_or("a message has two words")?;
    ctx.try_build_or(|msg| Ok(Msg { kind: msg.strdup(kind)?, payload: msg.strdup(payload)? }))
}

fn handle_request(input: &str) {
    let req_ctx = Ctx::new();
    // All allocations are children of req_ctx.
    let msg = match ik_protocol_msg_parse(&req_ctx, input) {
        Ok(msg) => msg.keep(),                             // for req_ctx to free
        Err(error) => return println!("refused: {error}"), // req_ctx is freed
    };
    println!("{}: {}", msg.get().kind, msg.get().payload);
    assert_eq!(req_ctx.total_blocks(), 4);
} // req_ctx is freed, with msg and all children at once

fn main() {
    handle_request("user_query What is a talloc context?");
    handle_request("garbage");
}

//! A server: requests one after the other, each with an arena or a context of its own.

use allocator_api2::vec::Vec;
use talloc::{Arena, CtxRef};

use super::text::split;
use crate::inputs::HTTP;
use crate::row::{Row, opaque, used};

unsafe extern "C" {
    safe fn speed_server(ctx: &CtxRef);
}

const REQUESTS: usize = 100_000;
const HEADERS: usize = 8;

struct Request<'a> {
    method: &'a str,
    path: &'a str,
    headers: Vec<(&'a str, &'a str), &'a Arena<'a>>,
}

pub(super) fn rows() -> std::vec::Vec<Row> {
    vec![
        Row::new("server loop of 100,000 requests, scratch arenas", speed_server, |_| {
            let sent: usize = (0..REQUESTS).map(|_| talloc::scratch_arena(serve)).sum();
            used(&sent);
        })
        .long(),
    ]
}

fn serve(arena: &Arena<'_>) -> usize {
    let Some(request) = parse(arena, opaque(&HTTP)) else { unreachable!("the text is valid") };
    used(&request.headers);
    talloc::format!(
        arena,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{} {}",
        request.headers.len(),
        request.method,
        request.path
    )
    .len()
}

fn parse<'a>(arena: &'a Arena<'_>, text: &str) -> Option<Request<'a>> {
    let copy = |text| &*arena.alloc_str(text);
    let (method, text) = split(text, b' ')?;
    let (path, text) = split(text, b' ')?;
    let (_, mut text) = split(text, b'\n')?;
    let mut headers = Vec::with_capacity_in(HEADERS, arena);
    while !text.starts_with('\r') {
        let (name, value) = split(text, b':')?;
        let (value, rest) = split(value, b'\n')?;
        if headers.len() == HEADERS {
            return None;
        }
        headers.push((copy(name), copy(value.get(1..value.len() - 1)?)));
        text = rest;
    }
    Some(Request { method: copy(method), path: copy(path), headers })
}

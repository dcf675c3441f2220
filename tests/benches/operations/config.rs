//! A configuration that is read from memory: as a node, and in an arena.

use talloc::{Arena, CtxRef, Error, Node, Str};

use super::text::split;
use crate::inputs::CONFIG;
use crate::row::{Row, opaque, used};

unsafe extern "C" {
    safe fn speed_load(ctx: &CtxRef);
}

talloc::node! {
    pub(super) struct Config<'t> {
        pub(super) address: Str<'t>,
        pub(super) root: Str<'t>,
        pub(super) log: Option<Str<'t>>,
        pub(super) user: Option<Str<'t>>,
        pub(super) port: u16,
        pub(super) timeout: u32,
        pub(super) level: u32,
    }
}

/// The same in an arena, and what both are made of.
struct Parsed<S> {
    address: S,
    root: S,
    log: Option<S>,
    user: Option<S>,
    port: u16,
    timeout: u32,
    level: u32,
}

pub(super) enum Invalid {
    Line,
    Missing,
    Talloc,
}

impl From<Error> for Invalid {
    fn from(_: Error) -> Self {
        Invalid::Talloc
    }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("configuration loaded, and freed", speed_load, |ctx| {
            let Ok(config) = load(ctx, opaque(&CONFIG)) else { unreachable!("the text is valid") };
            used(config.get());
        }),
        Row::new("configuration loaded into a new arena (C: objects)", speed_load, |ctx| {
            in_arena(&ctx.new_arena());
        }),
        Row::new("configuration loaded into a scratch arena (C: objects)", speed_load, |_| {
            talloc::scratch_arena(in_arena);
        }),
    ]
}

fn in_arena(arena: &Arena<'_>) {
    let parsed = parse(opaque(&CONFIG), |text| arena.try_alloc_str(text).map(|text| &*text));
    let Ok(parsed) = parsed else { unreachable!("the text is valid") };
    used(arena.alloc(parsed));
}

pub(super) fn load<'c>(ctx: &'c CtxRef, source: &str) -> Result<Node<'c, Config<'c>>, Invalid> {
    ctx.try_build_or(|t| {
        let parsed = parse(source, |text| t.strdup(text))?;
        let Parsed { address, root, log, user, port, timeout, level } = parsed;
        Ok(Config { address, root, log, user, port, timeout, level })
    })
}

#[inline]
fn parse<S>(source: &str, copy: impl Fn(&str) -> Result<S, Error>) -> Result<Parsed<S>, Invalid> {
    let text = |field: &mut Option<S>, value: &str| {
        if value.is_empty() || field.is_some() {
            return Err(Invalid::Line);
        }
        *field = Some(copy(value)?);
        Ok(())
    };
    let (mut address, mut root, mut log, mut user) = (None, None, None, None);
    let (mut port, mut timeout, mut level) = (None, 0, 0);
    let mut rest = source;
    while !rest.is_empty() {
        let (line, behind) = split(rest, b'\n').unwrap_or((rest, ""));
        rest = behind;
        let line = line.trim_ascii();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (key, value) = split(line, b'=').ok_or(Invalid::Line)?;
        let value = value.trim_ascii_start();
        match key.trim_ascii_end() {
            "address" => text(&mut address, value)?,
            "root" => text(&mut root, value)?,
            "log" => text(&mut log, value)?,
            "user" => text(&mut user, value)?,
            "port" => port = Some(value.parse().map_err(|_| Invalid::Line)?),
            "timeout" => timeout = number(value, 3600)?,
            "level" => level = number(value, 9)?,
            _ => return Err(Invalid::Line),
        }
    }
    Ok(Parsed {
        address: address.ok_or(Invalid::Missing)?,
        root: root.ok_or(Invalid::Missing)?,
        log,
        user,
        port: port.filter(|port| *port != 0).ok_or(Invalid::Missing)?,
        timeout,
        level,
    })
}

fn number(value: &str, most: u32) -> Result<u32, Invalid> {
    value.parse().ok().filter(|number| *number <= most).ok_or(Invalid::Line)
}

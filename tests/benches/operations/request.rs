//! A whole request: a configuration from memory, and 50 strings in 10 temporary contexts.

use talloc::{CtxRef, Error, Node, Str};

use crate::inputs::CONFIG;
use crate::row::{Row, opaque, used, used_str};

unsafe extern "C" {
    safe fn speed_request(ctx: &CtxRef);
}

talloc::node! {
    struct Config<'t> {
        address: Str<'t>,
        root: Str<'t>,
        log: Option<Str<'t>>,
        user: Option<Str<'t>>,
        port: u16,
        timeout: u32,
        level: u32,
    }
}

enum Invalid {
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
        Row::new("request, temporary contexts below it", speed_request, |ctx| {
            request(ctx, |request, config, round| work(&request.new_child(), config, round));
        }),
        Row::new("request, scratch contexts (C: below it)", speed_request, |ctx| {
            request(ctx, |_, config, round| talloc::scratch(|tmp| work(tmp, config, round)));
        }),
    ]
}

#[inline]
fn request(ctx: &CtxRef, in_temporary: impl Fn(&CtxRef, &Config<'_>, i32)) {
    let request = ctx.new_child();
    let Ok(config) = load(&request, opaque(&CONFIG)) else { unreachable!("the text is valid") };
    let config = config.get();
    used(&(&config.user, &config.timeout, &config.level));
    for round in 0..10 {
        in_temporary(&request, config, round);
    }
}

fn work(tmp: &CtxRef, config: &Config<'_>, round: i32) {
    used_str(&tmp.strdup_c(&config.address));
    used_str(&tmp.strdup_c(&config.root));
    if let Some(log) = &config.log {
        used_str(&tmp.strdup_c(log));
    }
    used(&*talloc::format!(tmp, "{}:{}", config.address.to_str().unwrap_or("?"), config.port));
    used(&*talloc::format!(tmp, "{}/{}.html", config.root.to_str().unwrap_or("?"), round));
}

fn load<'c>(ctx: &'c CtxRef, source: &str) -> Result<Node<'c, Config<'c>>, Invalid> {
    ctx.try_build_or(|t| {
        let (mut address, mut root, mut log, mut user) = (None, None, None, None);
        let (mut port, mut timeout, mut level) = (None, 0, 0);
        for line in source.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, value) = line.split_once('=').ok_or(Invalid::Line)?;
            let value = value.trim();
            match key.trim() {
                "address" => text(t, &mut address, value)?,
                "root" => text(t, &mut root, value)?,
                "log" => text(t, &mut log, value)?,
                "user" => text(t, &mut user, value)?,
                "port" => port = Some(value.parse().map_err(|_| Invalid::Line)?),
                "timeout" => timeout = number(value, 3600)?,
                "level" => level = number(value, 9)?,
                _ => return Err(Invalid::Line),
            }
        }
        Ok(Config {
            address: address.ok_or(Invalid::Missing)?,
            root: root.ok_or(Invalid::Missing)?,
            log,
            user,
            port: port.filter(|port| *port != 0).ok_or(Invalid::Missing)?,
            timeout,
            level,
        })
    })
}

fn text<'t>(t: &'t CtxRef, field: &mut Option<Str<'t>>, value: &str) -> Result<(), Invalid> {
    if value.is_empty() || field.is_some() {
        return Err(Invalid::Line);
    }
    *field = Some(t.strdup(value)?);
    Ok(())
}

fn number(value: &str, most: u32) -> Result<u32, Invalid> {
    value.parse().ok().filter(|number| *number <= most).ok_or(Invalid::Line)
}

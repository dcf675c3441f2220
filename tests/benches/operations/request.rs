//! A whole request: a configuration from memory, and 50 strings in 10 temporary contexts.

use talloc::{Arena, CtxRef};

use super::config::{self, Config};
use crate::inputs::CONFIG;
use crate::row::{Row, opaque, used, used_str};

unsafe extern "C" {
    safe fn speed_request(ctx: &CtxRef);
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new("request, temporary contexts below it", speed_request, |ctx| {
            request(ctx, |request, config, round| work(&request.new_child(), config, round));
        }),
        Row::new("request, scratch contexts (C: below it)", speed_request, |ctx| {
            request(ctx, |_, config, round| talloc::scratch(|tmp| work(tmp, config, round)));
        }),
        Row::new("request, scratch arenas (C: contexts below it)", speed_request, |ctx| {
            request(ctx, |_, config, round| {
                talloc::scratch_arena(|arena| work_in_arena(arena, config, round));
            });
        }),
    ]
}

#[inline]
fn request(ctx: &CtxRef, in_temporary: impl Fn(&CtxRef, &Config<'_>, i32)) {
    let request = ctx.new_child();
    let Ok(config) = config::load(&request, opaque(&CONFIG)) else {
        unreachable!("the text is valid")
    };
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

fn work_in_arena(arena: &Arena<'_>, config: &Config<'_>, round: i32) {
    let (address, root) = (config.address.to_str(), config.root.to_str());
    let (address, root) = (address.unwrap_or("?"), root.unwrap_or("?"));
    used(arena.alloc_str(address));
    used(arena.alloc_str(root));
    if let Some(log) = &config.log {
        used(arena.alloc_str(log.to_str().unwrap_or("?")));
    }
    used(talloc::format!(arena, "{address}:{}", config.port));
    used(talloc::format!(arena, "{root}/{round}.html"));
}

//! The configuration.

use std::borrow::Cow;
use std::ffi::OsStr;
use std::fs;
use std::net::IpAddr;
use std::os::unix::ffi::OsStrExt;

use serde::Deserialize;
use talloc::{CStrRef, CtxRef, Node, Str};

use crate::failure::{ErrCode, Failure};
use crate::res::Res;

/// The configuration of the program. It owns its strings.
#[repr(C)]
#[derive(Debug)]
pub struct Config<'t> {
    /// A numeric IP address.
    pub listen_address: Str<'t>,
    /// Not 0.
    pub listen_port: u16,
    /// The name of the model to talk to.
    pub model: Str<'t>,
    /// From 0 to 2.
    pub temperature: f64,
    /// NULL without one.
    pub system_message: Option<Str<'t>>,
    /// How many lines the scrollback keeps; not 0.
    pub history: usize,
}

talloc::node!(Config<'t> as c"chat_cfg_t");

/// Loads the configuration from a JSON file.
///
/// Returns a `chat_cfg_t *` on `ctx`, which the caller owns; or an error on `ctx`, and then
/// nothing else is left there.
#[unsafe(no_mangle)]
pub extern "C" fn chat_cfg_load<'c>(ctx: &'c CtxRef, path: CStrRef<'_>) -> Res<'c> {
    Res::of(ctx, || load(ctx, path))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Input<'j> {
    #[serde(borrow)]
    listen_address: Cow<'j, str>,
    listen_port: u16,
    #[serde(borrow)]
    model: Cow<'j, str>,
    temperature: f64,
    #[serde(borrow)]
    system_message: Option<Cow<'j, str>>,
    history: usize,
}

fn load<'c>(ctx: &'c CtxRef, path: CStrRef<'_>) -> Result<Node<'c, Config<'c>>, Failure> {
    let text = fs::read(OsStr::from_bytes(path.to_bytes()))
        .map_err(|error| Failure::new(ErrCode::Io, format!("{path}: {error}")))?;
    let input: Input<'_> = serde_json::from_slice(&text)
        .map_err(|error| Failure::new(ErrCode::Parse, format!("{path}: {error}")))?;
    check(&input)?;
    ctx.try_build_or(|cfg| {
        Ok(Config {
            listen_address: cfg.try_strdup(&input.listen_address)?,
            listen_port: input.listen_port,
            model: cfg.try_strdup(&input.model)?,
            temperature: input.temperature,
            system_message: input.system_message.map(|text| cfg.try_strdup(&text)).transpose()?,
            history: input.history,
        })
    })
}

fn check(input: &Input<'_>) -> Result<(), Failure> {
    let invalid = if input.listen_address.parse::<IpAddr>().is_err() {
        format!("listen_address: {:?} is no IP address", input.listen_address)
    } else if input.listen_port == 0 {
        "listen_port: 0".into()
    } else if !(0.0..=2.0).contains(&input.temperature) {
        format!("temperature: {} is not from 0 to 2", input.temperature)
    } else if input.history == 0 {
        "history: 0 lines".into()
    } else {
        return Ok(());
    };
    Err(Failure::new(ErrCode::Invalid, invalid))
}

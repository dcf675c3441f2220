//! Pattern 2: allocate on the caller's context.
#![forbid(unsafe_code)]

use std::error::Error;

use serde_json::Value;
use talloc::{Ctx, CtxRef, Node, SecretStr, Str};

talloc::node! {
    #[repr(C)]
    struct Cfg<'t> as c"ik_cfg_t" {
        openai_api_key: SecretStr<'t>,
        listen_address: Str<'t>,
    }
}

fn ik_cfg_load<'c>(ctx: &'c CtxRef, path: &str) -> Result<Node<'c, Cfg<'c>>, Box<dyn Error>> {
    let json: Value = serde_json::from_str(&std::fs::read_to_string(path)?)?;
    let text = |field: &str| json[field].as_str().ok_or_else(|| format!("{path}: no {field}"));

    // The config is a child of the caller's context,
    ctx.try_build_or(|config| {
        Ok(Cfg {
            // and the strings are children of the config.
            openai_api_key: config.strdup_secret(text("openai_api_key")?)?,
            listen_address: config.strdup(text("listen_address")?)?,
        })
    })
}

// The caller owns it, and frees it.
fn main() -> Result<(), Box<dyn Error>> {
    let ctx = Ctx::new();
    let config = ik_cfg_load(&ctx, concat!(env!("CARGO_MANIFEST_DIR"), "/data/config.json"))?;
    let key_length = config.get().openai_api_key.expose().count_bytes();
    println!("listen on {}, key of {key_length} bytes", config.get().listen_address);
    assert_eq!(ctx.total_blocks(), 4);
    Ok(())
} // config is freed with its strings, then ctx

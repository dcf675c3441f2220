//! The configuration: ikigai's `ik_cfg_t` and `ik_cfg_load`.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::IpAddr;
use std::path::Path;

use serde_json::Value;
use talloc::{CtxRef, Node, SecretStr, Str, TBox};

use crate::error::{Code, OrErr, Res};
use crate::fields::Fields;

talloc::node! {
    /// Field by field what C reads; the strings are children of the struct.
    #[repr(C)]
    pub(crate) struct Config<'t> as c"ik_cfg_t" {
        pub(crate) openai_api_key: SecretStr<'t>,
        pub(crate) openai_model: Str<'t>,
        pub(crate) openai_temperature: f64,
        pub(crate) openai_max_completion_tokens: i32,
        /// NULL without one.
        pub(crate) openai_system_message: Option<Str<'t>>,
        pub(crate) listen_address: Str<'t>,
        pub(crate) listen_port: u16,
    }
}

/// Loads a configuration. It belongs to `ctx`, and so does the error if there is one.
pub(crate) fn load<'c>(ctx: &'c CtxRef, path: &Path) -> Res<'c, Node<'c, Config<'c>>> {
    let scratch = ctx.new_child_named(c"scratch");
    let source = path.display();
    let text = read(&scratch, path).or_err(ctx, Code::Io, &source)?;
    let json: Value = serde_json::from_slice(&text).or_err(ctx, Code::Parse, &source)?;

    let fields = Fields::of(ctx, &source, &json)?;
    let api_key = fields.text("openai_api_key")?;
    let model = fields.text("openai_model")?;
    let temperature = fields.float("openai_temperature", 0.0..=2.0)?;
    let max_completion_tokens = fields.integer("openai_max_completion_tokens", 1..=128_000)?;
    let system_message = fields.optional_text("openai_system_message")?;
    let address = fields.text("listen_address")?;
    let port = fields.integer("listen_port", 1..=u16::MAX)?;
    if let Err(error) = address.parse::<IpAddr>() {
        return Err(fields.invalid("listen_address", error));
    }

    ctx.try_build::<Config>(|config| {
        Ok(Config {
            openai_api_key: config.strdup_secret(api_key)?,
            openai_model: config.strdup(model)?,
            openai_temperature: temperature,
            openai_max_completion_tokens: max_completion_tokens,
            openai_system_message: system_message.map(|text| config.strdup(text)).transpose()?,
            listen_address: config.strdup(address)?,
            listen_port: port,
        })
    })
    .or_err(ctx, Code::Invalid, &source)
}

/// Reads a whole file into one chunk of its size.
fn read<'s>(scratch: &'s CtxRef, path: &Path) -> io::Result<TBox<'s, [u8]>> {
    let mut file = File::open(path)?;
    let size = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    let mut bytes = scratch.try_alloc_slice_zeroed(size).map_err(io::Error::other)?;
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Everything but the key.
impl fmt::Display for Config<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "api key        {} bytes", self.openai_api_key.expose().count_bytes())?;
        writeln!(f, "model          {}", self.openai_model)?;
        writeln!(f, "temperature    {}", self.openai_temperature)?;
        writeln!(f, "max tokens     {}", self.openai_max_completion_tokens)?;
        match &self.openai_system_message {
            Some(message) => writeln!(f, "system message {message}")?,
            None => writeln!(f, "system message none")?,
        }
        write!(f, "listen on      {} port {}", self.listen_address, self.listen_port)
    }
}

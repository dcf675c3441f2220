// A secret is no ordinary string: that could be shown, moved or shortened without a wipe.
use talloc::{Ctx, SecretStr, SecretString, Str, TString};

fn main() {
    let ctx = Ctx::new();
    let key: SecretStr<'_> = ctx.strdup_secret("sk-1234").unwrap();
    println!("{key}");
    let plain: Str<'_> = key;
    let password = SecretString::from_str_in("hunter2", &ctx);
    println!("{}", password.len());
    println!("{password}");
    let plain: TString<'_> = password;
}

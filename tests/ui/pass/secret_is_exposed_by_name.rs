// The neighbour of secret_used_as_a_plain_string.
use talloc::{Ctx, SecretStr, SecretString};

fn main() {
    let ctx = Ctx::new();
    let key: SecretStr<'_> = ctx.strdup_secret("sk-1234").unwrap();
    println!("{:?}", key.expose());
    let password = SecretString::from_str_in("hunter2", &ctx);
    println!("{}", password.len());
    println!("{}", password.expose());
}

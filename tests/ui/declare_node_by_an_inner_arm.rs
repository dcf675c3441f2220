// What the macro calls itself with makes no family without its checks.
struct User(String);

type Alias = User;

talloc::node!(@family Alias);

fn main() {
    println!("{}", User(String::new()).0);
}

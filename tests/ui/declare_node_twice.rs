// Two families of one type could disagree about what a field may borrow from.
struct Pair<'a, 'b>(&'a str, &'b str);

type First<'t> = Pair<'t, 'static>;
type Second<'t> = Pair<'static, 't>;

talloc::node!(First<'t>);
talloc::node!(Second<'t>);

fn main() {}

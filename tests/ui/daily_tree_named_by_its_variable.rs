// `Tree<Job>` is a short form: from it the compiler does not find the struct.
use talloc::Tree;
use talloc::tree::Str;

talloc::node! { struct Job<'t> { name: Str<'t> } }

fn main() {
    let job: Tree<Job> = Tree::build(|t| Job { name: t.strdup_c(c"scan") });
    job.with(|job| println!("{}", job.name));
}

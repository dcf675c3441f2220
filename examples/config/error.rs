//! Errors as talloc objects: ikigai's `err_t` and `res_t`.

use std::fmt;
use std::panic::Location;

use talloc::{CtxRef, Node, Str};

/// What kind of error it is. The number is the exit status of the program.
#[derive(Debug, Clone, Copy)]
#[repr(C)]
pub(crate) enum Code {
    /// Objects are left at the end.
    Leak = 1,
    /// The command line is wrong.
    Usage = 2,
    /// A file cannot be read, or the output not be written.
    Io = 3,
    /// The text is not a JSON object.
    Parse = 4,
    /// A field is not there, or null.
    Missing = 5,
    /// A field is of another JSON type.
    WrongType = 6,
    /// A number is too small or too large.
    OutOfRange = 7,
    /// A text is empty, has a NUL in it, is too large, or means nothing.
    Invalid = 8,
}

talloc::node! {
    /// Why something failed, and where the program noticed.
    #[derive(Debug)]
    #[repr(C)]
    pub(crate) struct Failure<'t> as c"err_t" {
        pub(crate) code: Code,
        pub(crate) file: Str<'t>,
        pub(crate) line: u32,
        pub(crate) msg: Str<'t>,
    }
}

/// ikigai's `res_t`: a value, or an error allocated on the context `'e`.
pub(crate) type Res<'e, T> = Result<T, Node<'e, Failure<'e>>>;

/// ikigai's `ERR(ctx, CODE, fmt, …)`: an error on `ctx`, with the file and line of the caller.
#[track_caller]
pub(crate) fn err<'e>(
    ctx: &'e CtxRef,
    code: Code,
    msg: fmt::Arguments<'_>,
) -> Node<'e, Failure<'e>> {
    let place = Location::caller();
    ctx.build(|err| Failure {
        code,
        file: talloc::format!(err, "{}", place.file()).into_c_str_lossy(),
        line: place.line(),
        msg: err.format(msg).into_c_str_lossy(),
    })
}

/// Turns errors of other libraries into errors on a context.
pub(crate) trait OrErr<T> {
    /// The value, or an error on `ctx` that says what was the matter with `what`.
    #[track_caller]
    fn or_err<'e>(self, ctx: &'e CtxRef, code: Code, what: impl fmt::Display) -> Res<'e, T>;
}

impl<T, E: fmt::Display> OrErr<T> for Result<T, E> {
    fn or_err<'e>(self, ctx: &'e CtxRef, code: Code, what: impl fmt::Display) -> Res<'e, T> {
        // A closure would be the caller that `err` sees.
        match self {
            Ok(value) => Ok(value),
            Err(error) => Err(err(ctx, code, format_args!("{what}: {error}"))),
        }
    }
}

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}:{}]", self.msg, self.file, self.line)
    }
}

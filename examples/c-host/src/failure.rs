//! Errors: [`Failure`] on the Rust side, [`CError`] on C's.

use std::borrow::Cow;
use std::ffi::{NulError, c_uint};
use std::panic::Location;

use talloc::{CtxRef, Node, Str};

/// What kind of error it is.
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrCode {
    /// A file cannot be read.
    Io = 1,
    /// The text is not JSON, or not of the form that is asked for.
    Parse = 2,
    /// A value means nothing.
    Invalid = 3,
    /// There is no memory, or a size is over libtalloc's limit.
    Memory = 4,
    /// A mistake in the program: Rust code panicked. What it was called to change may be
    /// half changed, what was made is freed.
    Panic = 5,
}

/// An [`ErrCode`] as C may have set it: also one that is none of them.
#[repr(transparent)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code(c_uint);

impl From<ErrCode> for Code {
    fn from(code: ErrCode) -> Self {
        Code(code as c_uint)
    }
}

impl Code {
    fn known(self) -> Option<ErrCode> {
        use ErrCode::{Invalid, Io, Memory, Panic, Parse};
        [Io, Parse, Invalid, Memory, Panic].into_iter().find(|&code| self == code.into())
    }
}

/// Why something failed, and where in the source. It owns its strings.
#[repr(C)]
#[derive(Debug)]
pub struct CError<'t> {
    /// What kind of error it is.
    pub code: Code,
    /// The line in `file`, from 1.
    pub line: u32,
    /// The source file.
    pub file: Str<'t>,
    /// For a person to read.
    pub msg: Str<'t>,
}

talloc::node!(CError<'t> as c"err_t");

/// Why something failed: a plain Rust error, which needs no context.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) code: ErrCode,
    pub(crate) place: Place,
    pub(crate) msg: String,
}

/// A line of the source.
#[derive(Debug)]
pub(crate) struct Place {
    file: Cow<'static, str>,
    line: u32,
}

impl Failure {
    #[track_caller]
    pub(crate) fn new(code: ErrCode, msg: impl Into<String>) -> Self {
        Failure { code, place: Place::caller(), msg: msg.into() }
    }

    /// What C has to say, copied.
    pub(crate) fn of_c(error: &CError<'_>) -> Self {
        let file = error.file.to_string_lossy().into_owned();
        let place = Place { file: Cow::Owned(file), line: error.line };
        let msg = error.msg.to_string_lossy();
        let (code, msg) = match error.code.known() {
            Some(code) => (code, msg.into_owned()),
            None => (ErrCode::Invalid, format!("{msg} (code {})", error.code.0)),
        };
        Failure { code, place, msg }
    }

    /// The error as an object on `ctx`.
    pub(crate) fn to_c<'c>(&self, ctx: &'c CtxRef) -> Node<'c, CError<'c>> {
        ctx.build(|err| CError {
            code: self.code.into(),
            line: self.place.line,
            file: talloc::format!(err, "{}", self.place.file).into_c_str_lossy(),
            // Cut, since nothing catches a panic of this.
            msg: talloc::format!(err, "{:.1000}", self.msg).into_c_str_lossy(),
        })
    }
}

impl From<talloc::Error> for Failure {
    #[track_caller]
    fn from(error: talloc::Error) -> Self {
        let code = match error {
            talloc::Error::OutOfMemory { .. } | talloc::Error::TooLarge { .. } => ErrCode::Memory,
            _ => ErrCode::Invalid,
        };
        Failure::new(code, error.to_string())
    }
}

impl From<NulError> for Failure {
    #[track_caller]
    fn from(error: NulError) -> Self {
        Failure::new(ErrCode::Invalid, error.to_string())
    }
}

impl From<serde_json::Error> for Failure {
    #[track_caller]
    fn from(error: serde_json::Error) -> Self {
        Failure::new(ErrCode::Parse, error.to_string())
    }
}

impl Place {
    #[track_caller]
    pub(crate) fn caller() -> Self {
        let caller = Location::caller();
        Place { file: Cow::Borrowed(caller.file()), line: caller.line() }
    }

    pub(crate) fn of_panic(location: &Location<'_>) -> Self {
        Place { file: Cow::Owned(location.file().to_owned()), line: location.line() }
    }
}

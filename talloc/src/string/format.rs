//! Formatting: text that comes in parts.

use core::fmt;
use core::mem::MaybeUninit;

use crate::context::CtxRef;
use crate::error::Error;
use crate::raw::as_uninit;
use crate::string::TString;

/// Formats, and hands the parts of the text to `push`, in their order.
///
/// # Errors
///
/// [`Error::Format`] when an implementation reports an error, or what `push` does.
pub(crate) fn try_format_with(
    arguments: fmt::Arguments<'_>,
    push: impl FnMut(&str) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut writer = Writer { push, error: None };
    let result = fmt::write(&mut writer, arguments).map_err(|fmt::Error| Error::Format);
    // An implementation may have ignored the error: text is missing all the same.
    writer.error.map_or(result, Err)
}

/// Remembers why appending failed, which `fmt::Error` cannot say.
struct Writer<P> {
    push: P,
    error: Option<Error>,
}

impl<P: FnMut(&str) -> Result<(), Error>> fmt::Write for Writer<P> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        (self.push)(text).map_err(|error| {
            self.error = Some(error);
            fmt::Error
        })
    }
}

/// Most formatted texts are shorter.
const SHORT: usize = 64;

/// A text that is put together: on the stack while it is short, then in a string below a context.
pub(super) struct Draft<'p> {
    ctx: &'p CtxRef,
    /// # Invariants
    ///
    /// The first `len` bytes are text, unless there are not so many.
    short: [MaybeUninit<u8>; SHORT],
    len: usize,
    /// The text, if it is not in `short`; `len` is more than that has.
    long: Option<TString<'p>>,
}

impl<'p> Draft<'p> {
    #[inline]
    pub(super) fn new(ctx: &'p CtxRef) -> Self {
        Draft { ctx, short: [MaybeUninit::uninit(); SHORT], len: 0, long: None }
    }

    #[inline]
    pub(super) fn push(&mut self, text: &str) -> Result<(), Error> {
        // No slice and no text is so long that this overflows.
        let len = self.len + text.len();
        match self.short.get_mut(self.len..len) {
            Some(place) => place.copy_from_slice(as_uninit(text.as_bytes())),
            None => return self.push_long(text),
        }
        self.len = len;
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn push_long(&mut self, text: &str) -> Result<(), Error> {
        if let Some(string) = &mut self.long {
            return string.try_push_str(text);
        }
        let needed = self.len + text.len();
        // There may be memory for what is needed, and for no step ahead.
        let mut string = TString::try_with_capacity_in(needed.max(2 * SHORT), self.ctx)
            .or_else(|_| TString::try_with_capacity_in(needed, self.ctx))?;
        string.try_push_str(self.short())?;
        string.try_push_str(text)?;
        self.long = Some(string);
        self.len = SHORT + 1;
        Ok(())
    }

    #[inline]
    fn short(&self) -> &str {
        let text = &raw const self.short[..self.len];
        // SAFETY: by the invariant.
        unsafe { &*(text as *const str) }
    }

    #[inline]
    pub(super) fn finish(self) -> Result<TString<'p>, Error> {
        if self.len <= SHORT {
            return TString::try_from_str_in(self.short(), self.ctx);
        }
        self.finish_long()
    }

    #[cold]
    #[inline(never)]
    fn finish_long(self) -> Result<TString<'p>, Error> {
        let Some(mut string) = self.long else { unreachable!("it is not in `short`") };
        // What libtalloc does not make shorter is longer than the text, as any string may be.
        let _ = string.shrink();
        Ok(string)
    }
}

//! The two types of the C library that talloc.h uses.

use core::ffi::c_void;
use core::marker::{PhantomData, PhantomPinned};

/// A stream of the C library: the target of the report functions.
///
/// Opaque, and seen only behind `*mut FILE`. A pointer from another crate's `FILE` (that of the
/// `libc` crate, for one) may be cast to it, since both stand for the one type of C.
#[repr(C)]
#[derive(Debug)]
pub struct FILE {
    _data: [u8; 0],
    _marker: PhantomData<(*mut u8, PhantomPinned)>,
}

/// A `va_list` of C as a function parameter.
///
/// Only a C function with variable arguments can make one. Rust gets it as a parameter of an
/// `extern "C"` function and passes it on to `talloc_vasprintf`, `talloc_vasprintf_append` or
/// `talloc_vasprintf_append_buffer`. After that it is used up: C leaves its value indeterminate,
/// which is why the type is neither `Copy` nor `Clone`.
///
/// # ABI
///
/// The definition of `va_list` differs from target to target, but as a parameter it is one
/// pointer-sized word on every Unix target of Rust, and so is this type:
///
/// - an array of one structure, which decays to a pointer (x86-64 System V, s390x, 32-bit PowerPC);
/// - a structure of more than 16 bytes, which the procedure call standard passes as a pointer to
///   a copy that the caller makes (AArch64 other than Apple's);
/// - a structure that holds nothing but one pointer, which travels like the pointer (32-bit Arm);
/// - a plain pointer (32-bit x86, 64-bit PowerPC, RISC-V, LoongArch, MIPS, SPARC, Apple's AArch64).
///
/// It is right as a parameter only. A `va_list` inside a structure, or one that is returned, has
/// the layout that the target gives it.
#[repr(transparent)]
#[derive(Debug)]
#[allow(non_camel_case_types)]
pub struct va_list(pub *mut c_void);

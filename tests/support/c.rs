//! The C helpers of `tests/c`, compiled by the build script.

use core::ffi::{c_char, c_int, c_long, c_uint, c_void};

#[cfg(talloc_stand_in)]
mod in_rust;
#[cfg(talloc_stand_in)]
pub use in_rust::*;

unsafe extern "C" {
    /// Sets a destructor that refuses so many times, and then agrees.
    #[cfg(not(talloc_stand_in))]
    pub fn tt_set_refusing(ptr: *mut c_void, how_often: c_int);
    /// Lets a thread of C work on a `struct job`, and returns it.
    pub fn tt_run_job(job: *mut c_void) -> *mut c_void;
    /// How often the destructors of this thread ran since one was set.
    #[cfg(not(talloc_stand_in))]
    pub safe fn tt_destructor_calls() -> c_int;
    /// Sets a destructor that records its chunk, its place on the stack, and
    /// the number of chunks below.
    pub fn tt_set_recording(ptr: *mut c_void);
    /// Forgets what was recorded in this thread.
    pub safe fn tt_log_clear();
    /// The number of records of this thread.
    pub safe fn tt_log_length() -> usize;
    /// The chunk of a record.
    pub fn tt_log_chunk(index: usize) -> *mut c_void;
    /// The address of a local variable of the destructor.
    pub fn tt_log_stack(index: usize) -> usize;
    /// The number of chunks that the destructor saw below its own.
    pub fn tt_log_children(index: usize) -> usize;
    /// What the second `talloc_free` returns, called from the destructor of the chunk.
    pub fn tt_free_within_destructor(parent: *const c_void) -> c_int;
    /// Sets a destructor that frees the children, refuses so many times, and then agrees.
    pub fn tt_set_freeing_children(ptr: *mut c_void, refuse_how_often: c_int);
    /// Sets a destructor that allocates three recording children.
    pub fn tt_set_adding_children(ptr: *mut c_void);

    /// A `struct user` as C makes it.
    pub fn tt_user_new(parent: *const c_void, name: *const c_char) -> *mut c_void;
    /// Writes how C sees a `struct user`; -1 if it is not one.
    pub fn tt_user_describe(ptr: *const c_void, text: *mut c_char, size: usize) -> c_int;
    /// A `struct point` as C makes it.
    pub fn tt_point_new(parent: *const c_void, x: i32, y: i32) -> *mut c_void;
    /// An array of `struct point`, `{i, -i}` at `i`.
    pub fn tt_points_new(parent: *const c_void, count: c_uint) -> *mut c_void;
    /// The sum of `1000 * x + y` over an array of `struct point`, or the smallest number.
    pub fn tt_point_sum(ptr: *const c_void) -> i32;
    /// The length of a string, or -1 if its chunk is not the text and a NUL.
    #[cfg(not(talloc_stand_in))]
    pub fn tt_string_length(text: *const c_char) -> c_long;
    /// The sum of an array of `uint16_t` that is as long as its chunk.
    pub fn tt_ports_sum(ports: *const u16) -> u32;
    /// The length of an array of `uint16_t` as C counts it.
    pub fn tt_ports_length(ports: *const u16) -> usize;
    /// The sum of the ports of a `struct route **` that is as long as its chunk.
    pub fn tt_routes_sum(routes: *const *mut c_void) -> u32;
    /// Writes the strings of a list, each with a comma; -1 if one does not fill its chunk.
    pub fn tt_list_describe(list: *const *mut c_char, text: *mut c_char, size: usize) -> c_int;
    /// A list as Samba's `str_list_add` makes it, with room for more.
    pub fn tt_list_with_room(parent: *const c_void, room: c_uint) -> *mut *mut c_char;
    /// Adds as Samba's `data_blob_append` does; false if it cannot.
    pub fn tt_packet_append(packet: *mut c_void, byte: u8) -> bool;
    /// The sum of a `struct packet`'s bytes, or -1 if its blob is not a child of it.
    pub fn tt_packet_sum(packet: *const c_void) -> c_long;
    /// C's `talloc_report_full`, as a root chunk.
    pub fn tt_report_full(ptr: *const c_void, size: *mut usize) -> *mut c_char;
    /// C's `talloc_free`.
    #[cfg(not(talloc_stand_in))]
    pub fn tt_free(ptr: *mut c_void) -> c_int;
    /// Calls a callback with and without a point; true if it behaves.
    pub fn tt_call_point_callback(
        callback: unsafe extern "C" fn(*const c_void, *mut c_void) -> *mut c_void,
        ctx: *const c_void,
    ) -> bool;

    /// Lets libtalloc call a function of C's that says so and aborts.
    pub safe fn tt_set_abort_fn();
    /// Frees an object of this size twice; of size 0, one of a pool.
    pub safe fn tt_free_twice(size: usize);

    /// Whether the program runs under AddressSanitizer.
    #[cfg(not(talloc_stand_in))]
    pub safe fn tt_has_asan() -> bool;
    /// Takes all memory; false if it cannot. See [`crate::can_exhaust_memory`].
    pub safe fn tt_exhaust_memory() -> bool;
    /// Gives the memory back.
    pub safe fn tt_release_memory();
}

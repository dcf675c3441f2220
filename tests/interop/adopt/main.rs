//! Results of C functions, in all the forms in which they come.

mod arrays;
mod blobs;
mod borrowed;
mod broken_duties;
mod empty;
mod lent;
mod objects;
mod out_parameters;
mod records;
mod refusals;
mod renamed;
mod results;
mod shared;
mod strings;

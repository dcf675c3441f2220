//! [`Symbols`]: functions by their addresses.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;

use object::elf;
use object::endian::LittleEndian;
use object::read::ReadCache;
use object::read::elf::{FileHeader, ProgramHeader, Sym};

use super::target::elf::{Elf, Parts};
use super::target::maps::Mapping;
use super::target::{Target, mapping_of};

/// The functions of the files that were asked for.
pub(super) struct Symbols<'t> {
    target: &'t dyn Target,
    files: HashMap<PathBuf, Vec<Function>>,
}

/// By its place in the file.
#[derive(Debug, Clone)]
struct Function {
    start: u64,
    end: u64,
    name: String,
}

impl<'t> Symbols<'t> {
    pub(super) fn new(target: &'t dyn Target) -> Self {
        Symbols { target, files: HashMap::new() }
    }

    /// `conn_destructor`, or `libapp.so.0+0x1a20` where there is no symbol.
    pub(super) fn function(&mut self, address: u64) -> String {
        let mapping = mapping_of(self.target.mappings(), address);
        let Some((mapping, file)) = mapping.and_then(|one| Some((one, one.file.as_ref()?))) else {
            return format!("{address:#x}");
        };
        let offset = file.offset.saturating_add(address - mapping.start);
        let target = self.target;
        let functions = self.files.entry(file.path.clone());
        let functions = functions.or_insert_with(|| functions_of(target, mapping));
        let at = functions.partition_point(|function| function.start <= offset);
        match at.checked_sub(1).map(|at| &functions[at]).filter(|found| offset < found.end) {
            Some(function) => function.name.clone(),
            None => {
                let name = file.path.file_name().unwrap_or_default().to_string_lossy();
                format!("{name}+{offset:#x}")
            }
        }
    }
}

fn functions_of(target: &dyn Target, mapping: &Mapping) -> Vec<Function> {
    let Some(file) = target.file(mapping) else { return Vec::new() };
    let mut functions = read(file).unwrap_or_default();
    functions.sort_by(|one, other| (one.start, &one.name).cmp(&(other.start, &other.name)));
    functions.dedup_by_key(|function| function.start);
    functions
}

/// All functions of an ELF file, from the table for debuggers or from that of the linker.
fn read(file: File) -> Option<Vec<Function>> {
    let cache = ReadCache::new(file);
    let data = Parts(&cache);
    let header = Elf::parse(data).ok()?;
    let segments = header.program_headers(LittleEndian, data).ok()?;
    let sections = header.sections(LittleEndian, data).ok()?;
    let mut functions = Vec::new();
    for table in [elf::SHT_SYMTAB, elf::SHT_DYNSYM] {
        let Ok(symbols) = sections.symbols(LittleEndian, data, table) else { continue };
        for symbol in symbols.iter().filter(|symbol| symbol.st_type() == elf::STT_FUNC) {
            let (start, size) = (symbol.st_value(LittleEndian), symbol.st_size(LittleEndian));
            let name = symbol.name(LittleEndian, symbols.strings()).ok();
            let offset = segments.iter().find_map(|segment| {
                let (first, len) = (segment.p_vaddr(LittleEndian), segment.p_filesz(LittleEndian));
                let within = start.checked_sub(first).filter(|within| *within < len)?;
                segment.p_offset(LittleEndian).checked_add(within)
            });
            let (Some(name), Some(start)) = (name, offset) else { continue };
            let end = start.saturating_add(size.max(1));
            let name = String::from_utf8_lossy(name).into_owned();
            functions.push(Function { start, end, name });
        }
    }
    Some(functions)
}

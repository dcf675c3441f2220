//! [`COMMANDS`]: what the command line can ask for.

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) name: &'static str,
    /// The names of the files, as the help has them.
    pub(crate) files: &'static [&'static str],
    /// What is put before a file, so that it is read as what it is.
    pub(crate) prefix: &'static str,
    /// Its long options; those of all commands are not among them.
    pub(crate) options: &'static [&'static str],
    pub(crate) help: &'static str,
}

/// All commands.
pub(crate) const COMMANDS: [Command; 9] = [
    Command {
        name: "top",
        files: &["FILE"],
        prefix: "",
        options: &[
            "count", "by", "names", "paths", "strings", "fold", "json", "name", "type", "below",
            "report", "stop",
        ],
        help: include_str!("help/top.txt"),
    },
    Command {
        name: "tree",
        files: &["FILE"],
        prefix: "",
        options: &[
            "depth", "min-size", "children", "sort", "merge", "strings", "fold", "exact",
            "details", "name", "type", "below", "report", "stop",
        ],
        help: include_str!("help/tree.txt"),
    },
    Command {
        name: "diff",
        files: &["OLD", "NEW"],
        prefix: "",
        options: &["count", "strings", "fold", "json", "name", "type", "below", "report", "stop"],
        help: include_str!("help/diff.txt"),
    },
    Command {
        name: "svg",
        files: &["FILE"],
        prefix: "",
        options: &["count", "strings", "fold", "name", "type", "below", "report", "stop"],
        help: include_str!("help/svg.txt"),
    },
    Command {
        name: "dot",
        files: &["FILE"],
        prefix: "",
        options: &["count", "strings", "fold", "name", "type", "below", "report", "stop"],
        help: include_str!("help/dot.txt"),
    },
    Command {
        name: "json",
        files: &["FILE"],
        prefix: "",
        options: &["report", "stop"],
        help: include_str!("help/json.txt"),
    },
    Command {
        name: "live",
        files: &["PID"],
        prefix: "live:",
        options: &[
            "count", "by", "names", "paths", "strings", "fold", "json", "name", "type", "below",
            "stop",
        ],
        help: include_str!("help/live.txt"),
    },
    Command {
        name: "core",
        files: &["FILE"],
        prefix: "core:",
        options: &[
            "count", "by", "names", "paths", "strings", "fold", "json", "name", "type", "below",
        ],
        help: include_str!("help/core.txt"),
    },
    Command {
        name: "watch",
        files: &["PID"],
        prefix: "live:",
        options: &["count", "strings", "fold", "name", "type", "below", "stop", "every", "looks"],
        help: include_str!("help/watch.txt"),
    },
];

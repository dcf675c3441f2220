//! Runs the example `config` on good and on bad input.

use talloc_examples::run;

const NOTHING_LEFT: &str = "nothing is left below the root";

/// The exit status and what was printed to standard output and standard error.
fn config(arguments: &[&str]) -> (i32, String, String) {
    let output = run("config", arguments);
    let text = |bytes| String::from_utf8(bytes).expect("the output is UTF-8");
    let status = output.status.code().expect("no signal ended the program");
    (status, text(output.stdout), text(output.stderr))
}

#[track_caller]
fn fails(arguments: &[&str], status: i32, messages: &[&str]) {
    let (found, stdout, stderr) = config(arguments);
    assert_eq!(found, status, "{arguments:?}: {stderr}");
    for message in messages {
        assert!(stderr.contains(message), "{arguments:?}: no {message:?} in: {stderr}");
    }
    assert!(stdout.contains(NOTHING_LEFT), "{arguments:?}: {stdout}");
}

/// A bad configuration: the file, the exit status, the field, what is wrong.
#[track_caller]
fn refuses(file: &str, status: i32, field: &str, why: &str) {
    let path = format!("data/bad/{file}");
    fails(&[&path], status, &[&format!("{path}: {field}"), why]);
}

#[test]
fn the_sample_runs_to_its_end() {
    let (status, stdout, stderr) = config(&["data/config.json", "data/requests.txt"]);
    assert_eq!((status, &*stderr), (0, ""));
    for stage in ["after the load", "during the request", "after the requests", "at the end"] {
        assert!(stdout.contains(&format!("--- {stage}\nfull talloc report on '")), "{stage}");
    }
    for line in ["listen on      127.0.0.1 port 1984", "the session keeps 3 messages", NOTHING_LEFT]
    {
        assert!(stdout.contains(line), "no {line:?} in: {stdout}");
    }
}

#[test]
fn a_bad_request_is_refused_and_the_next_one_handled() {
    let (_, stdout, _) = config(&["data/config.json", "data/requests.txt"]);
    for refusal in [
        "refused: data/requests.txt:3: EOF while parsing",
        "refused: data/requests.txt:4: role: \"robot\" is not",
        "refused: data/requests.txt:5: content: is missing",
        "refused: data/requests.txt:6: content: NUL at byte 26",
    ] {
        assert!(stdout.contains(refusal), "no {refusal:?} in: {stdout}");
    }
    assert!(stdout.contains("data/requests.txt:8: would send "));
}

#[test]
fn the_sample_requests_are_the_default() {
    let (status, stdout, _) = config(&["data/config.json"]);
    assert_eq!(status, 0);
    assert!(stdout.contains("the session keeps 3 messages"));
}

#[test]
fn standard_input_without_requests_is_fine() {
    let (status, stdout, _) = config(&["data/config.json", "-"]);
    assert_eq!(status, 0);
    assert!(stdout.contains("the session keeps 0 messages"));
}

#[test]
fn the_key_is_never_shown() {
    for file in ["data/config.json", "data/bad/type_key.json", "data/bad/port_zero.json"] {
        let (_, stdout, stderr) = config(&[file]);
        assert!(!stdout.contains("sk-example") && !stderr.contains("sk-example"), "{file}");
    }
}

#[test]
fn wrong_command_lines() {
    fails(&[], 2, &["usage: config [--tree] [--diff] [--picture FILE] CONFIG [REQUESTS]"]);
    fails(&["data/config.json", "data/requests.txt", "more"], 2, &["usage: "]);
    fails(&["--forest", "data/config.json"], 2, &["usage: "]);
    fails(&["data/config.json", "--picture"], 2, &["usage: "]);
    fails(&["--picture", "tree.png", "data/config.json"], 2, &[".svg, .dot or .mmd"]);
}

#[test]
fn unreadable_files() {
    fails(&["data/no.json"], 3, &["data/no.json: No such file"]);
    fails(&["data"], 3, &["data: "]);
    fails(&["data/config.json", "data/no.txt"], 3, &["data/no.txt: No such file"]);
    fails(&["data/config.json", "data"], 3, &["data: "]);
    fails(&["--picture", "no/tree.dot", "data/config.json"], 3, &["no/tree.dot: No such file"]);
}

#[test]
fn not_a_json_object() {
    refuses("empty.json", 4, "", "EOF while parsing a value at line 1");
    refuses("truncated.json", 4, "", "EOF while parsing a value at line 4");
    refuses("not_an_object.json", 4, "", "expected an object, found an array");
}

#[test]
fn missing_fields() {
    refuses("missing_key.json", 5, "openai_api_key", "is missing");
    refuses("missing_port.json", 5, "listen_port", "is missing");
    refuses("null_model.json", 5, "openai_model", "is missing");
}

#[test]
fn wrong_types() {
    refuses("type_key.json", 6, "openai_api_key", "expected a string, found an array");
    refuses("type_temperature.json", 6, "openai_temperature", "expected a number, found a string");
    refuses("type_system_message.json", 6, "openai_system_message", "expected a string");
    refuses("type_port.json", 6, "listen_port", "expected an integer, found a string");
    refuses("port_fraction.json", 6, "listen_port", "expected an integer, found a floating-point");
}

#[test]
fn numbers_out_of_range() {
    refuses("port_zero.json", 7, "listen_port", "0 is not in 1..=65535");
    refuses("port_65536.json", 7, "listen_port", "65536 is not in 1..=65535");
    refuses("port_negative.json", 7, "listen_port", "-1 is not in 1..=65535");
    refuses("temperature_high.json", 7, "openai_temperature", "2.5 is not in 0.0..=2.0");
    refuses("temperature_negative.json", 7, "openai_temperature", "-0.1 is not in");
    refuses("tokens_zero.json", 7, "openai_max_completion_tokens", "0 is not in 1..=128000");
}

#[test]
fn texts_that_mean_nothing() {
    refuses("empty_key.json", 8, "openai_api_key", "is empty");
    refuses("nul_in_model.json", 8, "openai_model", "NUL at byte 3");
    refuses("address.json", 8, "listen_address", "invalid IP address");
}

/// What `--picture` writes to a file of this kind.
fn picture(extension: &str) -> String {
    let name = format!("talloc-config-{}.{extension}", std::process::id());
    let file = std::env::temp_dir().join(name);
    let path = file.to_str().expect("a path in UTF-8");
    let (status, _, stderr) = config(&["--picture", path, "data/config.json"]);
    assert_eq!((status, &*stderr), (0, ""));
    let text = std::fs::read_to_string(&file).expect("the picture");
    std::fs::remove_file(&file).expect("the file was there");
    text
}

#[test]
fn the_tree_and_the_difference() {
    let (status, stdout, stderr) = config(&["--tree", "--diff", "data/config.json"]);
    assert_eq!((status, &*stderr), (0, ""));
    for line in [
        "--- the tree after the requests\n     total         own  blocks\n",
        "└─ ik_msg_t × 3\n",
        "└─ char × 6\n",
        "--- what the requests changed\nikigai: ",
        "  appeared  ikigai/config::session::Session\n",
    ] {
        assert!(stdout.contains(line), "no {line:?} in: {stdout}");
    }
    assert!(stdout.contains(NOTHING_LEFT), "{stdout}");
}

#[test]
fn pictures_of_each_kind() {
    assert!(picture("svg").contains("ik_cfg_t"));
    assert!(picture("dot").starts_with("digraph talloc {"));
    assert!(picture("mmd").starts_with("flowchart LR\n"));
}

/// Sizes of structs are those of 64 bits.
#[cfg(target_pointer_width = "64")]
#[test]
fn the_picture_of_the_guide_is_what_its_command_draws() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/memory.md");
    let guide = std::fs::read_to_string(guide).expect("the guide");
    let drawn = format!("```mermaid\n{}```\n", picture("mmd"));
    assert!(guide.contains(&drawn), "docs/memory.md lacks:\n{drawn}");
}

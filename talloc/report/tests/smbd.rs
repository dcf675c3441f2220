//! The report of a live smbd, which runs on a folder and a port of its own.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::support::{TempFile, json, names, run, run_with};

/// A program of Samba, where it is installed.
fn find(name: &str) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&folders).collect();
    // It may not be in the path of all users.
    folders.extend([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")]);
    folders.into_iter().map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// A running smbd. It and its folder go with this value.
struct Smbd {
    child: Child,
    folder: PathBuf,
    smbcontrol: PathBuf,
}

impl Smbd {
    fn start() -> Option<Self> {
        let (Some(smbd), Some(smbcontrol)) = (find("smbd"), find("smbcontrol")) else {
            // Not by a macro, whose text would be held back.
            let _ = writeln!(io::stderr(), "left out: smbd and smbcontrol are not installed");
            return None;
        };
        let folder = PathBuf::from(TempFile::new().path());
        fs::create_dir(&folder).unwrap();
        // Free just now.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let path = folder.display();
        let config = format!(
            "[global]\nserver role = standalone server\nnetbios name = TALLOCREPORT\n\
             interfaces = lo\nbind interfaces only = yes\nsmb ports = {port}\ndisable netbios = yes\n\
             private dir = {path}\nlock directory = {path}\nstate directory = {path}\n\
             cache directory = {path}\npid directory = {path}\nncalrpc dir = {path}/ncalrpc\n\
             passdb backend = tdbsam:{path}/passdb.tdb\nlog file = {path}/log\n\
             load printers = no\nprinting = bsd\nprintcap name = /dev/null\ndisable spoolss = yes\n\
             [share]\npath = {path}\n"
        );
        fs::write(folder.join("smb.conf"), config).unwrap();
        let child = Command::new(smbd)
            .args(["--foreground", "--no-process-group", "-s"])
            .arg(folder.join("smb.conf"))
            // At its end it signals all of its group.
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Smbd { child, folder, smbcontrol })
    }

    fn control(&self, command: &str) -> Output {
        Command::new(&self.smbcontrol)
            .arg("-s")
            .arg(self.folder.join("smb.conf"))
            // It waits so long for an answer.
            .args(["-t", "10", &self.child.id().to_string(), command])
            .output()
            .unwrap()
    }

    /// Waits until it answers.
    fn is_up(&mut self) -> bool {
        // Each try takes a process, and a second if there is no answer.
        (0..500).any(|_| {
            let has_ended = self.child.try_wait().unwrap().is_some();
            has_ended || self.control("ping").stdout.starts_with(b"PONG")
        }) && self.child.try_wait().unwrap().is_none()
    }
}

impl Drop for Smbd {
    fn drop(&mut self) {
        // It ends its own children then.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

#[test]
fn pool_usage_of_a_live_smbd() {
    let Some(mut smbd) = Smbd::start() else { return };
    assert!(smbd.is_up(), "smbd did not start: {}", log(&smbd.folder));
    let usage = smbd.control("pool-usage");
    assert!(usage.status.success(), "{usage:?}");
    let text = String::from_utf8_lossy(&usage.stdout).into_owned();
    let first = text.lines().next().unwrap_or_default();
    assert!(first.starts_with("full talloc report on 'null_context'"), "{text}");
    let output = run_with(&["json", "-"], &usage.stdout);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}\n{text}");
    assert!(stderr.is_empty(), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let words: Vec<&str> = first.split_whitespace().collect();
    let number = |before: &str| {
        let at = words.iter().position(|word| word.starts_with(before)).unwrap();
        words[at - 1].parse::<u64>().unwrap()
    };
    assert_eq!(found["total_size"], number("bytes"));
    assert_eq!(found["total_blocks"], number("blocks"));
    let names = names(&found);
    assert_eq!(names.len() as u64, number("blocks"));
    assert!(names.iter().any(|name| name.1 == "struct tevent_context"));
}

/// What its memory says is what it says, but for what it allocates to say it.
#[cfg(target_os = "linux")]
#[test]
fn a_live_smbd() {
    let Some(mut smbd) = Smbd::start() else { return };
    assert!(smbd.is_up(), "smbd did not start: {}", log(&smbd.folder));
    let usage = smbd.control("pool-usage");
    assert!(usage.status.success(), "{usage:?}");
    let said: Value = json(&usage.stdout);
    let place = format!("live:{}", smbd.child.id());
    let output = run(&["json", "--stop", &place]);
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{stderr}");
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (said, found) = (names(&said), names(&found));
    let counted = |list: &[(u64, &str)]| {
        let mut counts = BTreeMap::new();
        list.iter().for_each(|name| *counts.entry((name.0, name.1.to_owned())).or_insert(0) += 1);
        counts
    };
    let (said, found) = (counted(&said), counted(&found));
    // A message may be under way at either moment.
    let others = |of: &BTreeMap<(u64, String), i32>, list: &BTreeMap<_, i32>| -> i32 {
        let more = |(name, count): (_, &i32)| (count - list.get(name).unwrap_or(&0)).max(0);
        of.iter().map(more).sum()
    };
    let (only_said, only_found) = (others(&said, &found), others(&found, &said));
    assert!(only_said <= 5 && only_found <= 5, "{said:#?}\n{found:#?}");
    assert!(found.values().sum::<i32>() > 300);
    let roots: Vec<_> = found.keys().filter(|name| name.0 == 0).collect();
    assert_eq!(roots, [&(0, "null_context".to_owned())]);
}

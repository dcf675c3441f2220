//! What the build script derives from the version.

use crate::package::{Package, succeed};

#[test]
fn each_version_has_its_cfgs() {
    let package = Package::new("versions", "fn main() {}");
    let steps = ["talloc_2_3_5", "talloc_2_4_4", "talloc_2_5_0"];
    for (version, count) in [
        ("2.1.16", 0),
        ("2.3.4", 0),
        ("2.3.5", 1),
        ("2.4.3", 1),
        ("2.4.4", 2),
        ("2.4.10-rc1", 2),
        ("2.5.0", 3),
        ("2.5", 3),
        ("2.10.0", 3),
        ("3.0.0", 3),
    ] {
        let arguments = ["check", "--message-format=json"];
        let messages = succeed(&mut package.cargo_with_version(version, &arguments));
        let line = messages
            .lines()
            .find(|l| l.contains("build-script-executed") && l.contains("talloc-sys"))
            .unwrap();
        for (i, step) in steps.iter().enumerate() {
            assert_eq!(line.contains(step), i < count, "{version}: {line}");
        }
    }
}

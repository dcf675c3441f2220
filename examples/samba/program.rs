//! Writes an `smb.conf`, loads it, and shows what is in it.

use std::error::Error as StdError;
use std::fs;

use talloc::{Ctx, StrListRef};
use talloc_examples::TempDir;

use crate::conf::{Conf, Share};
use crate::error::Error;
use crate::util::{blob, hex, join, unhex, words};

const FILE: &str = "
[global]
    workgroup = EXAMPLE
    netbios name = anna
    interfaces = lo 192.0.2.1/24
    private dir = /var/lib/example
    talloc:colours = red, green blue
    talloc:depth = 3
    talloc:framed = yes
[photos]
    path = /srv/photos
    read only = no
    hosts allow = 192.0.2. 127.0.0.1
    talloc:colours = black white
[music]
    path = /srv/music
";

pub(crate) fn run() -> Result<(), Box<dyn StdError>> {
    let dir = TempDir::new("samba")?;
    let file = dir.path().join("smb.conf");
    fs::write(&file, FILE)?;
    let root = Ctx::named(c"main");
    let kept;
    {
        let conf = Conf::load(&root, &file)?;
        println!("{} of {}", conf.netbios_name(), conf.workgroup());
        println!("  on {}", conf.interfaces().map_or_else(String::new, line));
        println!("  {}", conf.private_path(&root, c"secrets.tdb")?);
        for share in conf.shares() {
            show(share)?;
        }
        assert!(conf.share(c"PHOTOS").is_some() && conf.share(c"films").is_none());
        // On another context: it outlives the configuration.
        kept = conf.options(c"talloc").list(&root, c"colours", None)?;
    }
    println!("the configuration is gone");
    let kept = kept.ok_or("there should be colours")?;
    println!("  kept: {}", join(&root, StrListRef::from(&kept), '+')?);

    for (what, path) in [("no file", file.with_extension("no")), ("a folder", dir.path().into())] {
        match Conf::load(&root, &path) {
            Err(Error::Unreadable { source, .. }) => println!("{what}: {}", source.kind()),
            Err(Error::NotAFile(_)) => println!("{what}: not a regular file"),
            other => panic!("{what}: {other:?}"),
        }
    }
    bytes()?;

    drop(root);
    println!("nothing is left");
    Ok(())
}

fn show(share: Share<'_>) -> Result<(), Error> {
    let tmp = Ctx::new();
    let options = share.options(c"talloc");
    let colours = options.list(&tmp, c"colours", None)?;
    println!(
        "{}: {}, {}, from {}; {}, depth {}{}",
        share.name(),
        share.path(&tmp)?,
        if share.read_only() { "read only" } else { "writable" },
        share.hosts_allow().map_or_else(|| "anywhere".to_owned(), line),
        colours.as_ref().map(StrListRef::from).map_or_else(String::new, line),
        options.number(c"depth")?.unwrap_or(0),
        if options.flag(c"framed")?.unwrap_or(false) { ", framed" } else { "" },
    );
    Ok(())
}

/// Bytes and words of libsamba-util.
fn bytes() -> Result<(), Error> {
    let tmp = Ctx::named(c"bytes");
    let bytes = blob(&tmp, b"\0\xff talloc")?;
    let text = hex(&tmp, &bytes)?;
    let back = unhex(&tmp, &tmp.strdup(&text)?)?;
    assert_eq!(*back, *bytes);
    let words = words(&tmp, c"one two,three", None)?;
    println!("{} bytes, {}, {} words", back.len(), &*text, words.len());
    Ok(())
}

fn line(list: StrListRef<'_>) -> String {
    list.iter().map(|word| word.to_string()).collect::<Vec<_>>().join(" ")
}

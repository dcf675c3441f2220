//! Steps with secrets.

use talloc::{Error, SecretBytes, SecretString};

use super::contexts::Done;
use super::handle::Handle;
use super::machine::Machine;
use super::tree::{Chunk, Destructor, Id};
use super::world::{bytes, words};

fn chunk(size: usize, bytes: impl Into<Vec<u8>>) -> Chunk {
    let bytes = bytes.into();
    Chunk { destructor: Destructor::Wipes, bytes, ..Chunk::new("secret", size) }
}

pub(crate) fn alloc(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let parent = m.pick_ctx(a)?;
    let ctx = m.ctx(parent);
    let (handle, chunk) = match b % 3 {
        0 => {
            let secret = SecretBytes::try_from_slice_in(&bytes(c), ctx).expect("memory");
            (Handle::SecretBytes(secret), chunk(bytes(c).len(), bytes(c)))
        }
        1 => {
            let secret = SecretString::try_from_str_in(words(c), ctx).expect("memory");
            (Handle::SecretString(secret), chunk(words(c).len() + 1, words(c)))
        }
        _ => {
            let secret = ctx.try_strdup_secret(words(c)).expect("no NUL");
            let text = [words(c).as_bytes(), b"\0"].concat();
            (Handle::SecretStr(secret), chunk(text.len(), text))
        }
    };
    let id = m.world.tree.add(parent, chunk);
    m.handles.insert(id, handle);
    Some(())
}

/// Grows a secret: by a new chunk, and the old one is wiped and freed.
pub(crate) fn grow(m: &mut Machine<'_>, [a, b, c]: [u8; 3]) -> Done {
    let id = m.pick(a, |handle| {
        matches!(handle, Handle::SecretBytes(_) | Handle::SecretString(_) | Handle::SecretStr(_))
    })?;
    let parent = m.world.tree.parent(id)?;
    let ctx = m.ctx(parent);
    let mut handle = m.take(id, b);
    let old = m.world.tree[id].clone();
    let (room, more, nul, result) = match &mut handle {
        Handle::SecretBytes(secret) if c & 1 == 0 => {
            secret.truncate(usize::from(b) % 4);
            m.world.tree[id].bytes.truncate(usize::from(b) % 4);
            m.handles.insert(id, handle);
            return Some(());
        }
        Handle::SecretBytes(secret) => {
            (old.size, bytes(c), 0, secret.try_extend_from_slice(&bytes(c)))
        }
        Handle::SecretString(secret) => {
            (old.size, words(c).as_bytes().to_vec(), 1, secret.try_push_str(words(c)))
        }
        Handle::SecretStr(secret) => {
            secret.set(ctx, words(c)).expect("no NUL");
            let text = [words(c).as_bytes(), b"\0"].concat();
            return replace(m, (parent, id), handle, chunk(text.len(), text));
        }
        _ => unreachable!("not picked"),
    };
    let content = [&old.bytes[..], &more].concat();
    if content.len() + nul <= room {
        assert_eq!(result, Ok(()));
        m.world.tree[id].bytes = content;
        m.handles.insert(id, handle);
        return Some(());
    }
    if old.is_referenced() {
        assert_eq!(result, Err(Error::Referenced));
        m.handles.insert(id, handle);
        return Some(());
    }
    assert_eq!(result, Ok(()));
    // Twice as long, at least 32 bytes.
    let size = (content.len() + nul).max(2 * room).max(32);
    replace(m, (parent, id), handle, chunk(size, content))
}

fn replace(m: &mut Machine<'_>, (parent, old): (Id, Id), handle: Handle, chunk: Chunk) -> Done {
    let new = m.world.tree.add(parent, chunk);
    m.world.tree.free(old);
    m.handles.insert(new, handle);
    Some(())
}

//! A file on its way in: on disk and without a name from its first byte, so that whatever ends its way takes it along; looked at as it comes, and cleaned when it
//! is there.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
};

use entity::attachment::AttachmentKind;
use tokio::io::AsyncWriteExt;

use super::{LIMIT, Store, picture};
use crate::{
    error::{Code, Error, Message, Result},
    say,
};

/// So much of a file tells what it is.
const TELLING: usize = 16;

/// What keeps a file out while it arrives.
#[derive(Debug)]
pub enum Stopped {
    TooLong,
    /// It is nothing that is kept.
    NotKept,
    Disk(io::Error),
}

/// What has come of a file so far.
pub struct Arriving {
    file: tokio::fs::File,
    first: Vec<u8>,
    bytes: usize,
}

/// A whole file of a kind that is kept.
pub struct Arrived {
    file: File,
    kind: AttachmentKind,
    bytes: usize,
}

/// A file as it is kept.
pub struct Clean {
    pub(super) file: File,
    pub(super) kind: AttachmentKind,
    pub(super) bytes: usize,
    pub(super) size: Option<(u32, u32)>,
}

impl Arriving {
    pub fn new(store: &Store) -> io::Result<Self> {
        Ok(Self { file: store.room()?.into(), first: Vec::with_capacity(TELLING), bytes: 0 })
    }

    /// How many bytes have come.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What came next. Stops as soon as it is too long, or known to be nothing that is kept.
    pub async fn add(&mut self, chunk: &[u8]) -> Result<(), Stopped> {
        self.bytes += chunk.len();
        if self.bytes > LIMIT {
            return Err(Stopped::TooLong);
        }
        let telling = TELLING - self.first.len();
        if telling > 0 {
            self.first.extend_from_slice(&chunk[..telling.min(chunk.len())]);
            if self.first.len() == TELLING && picture::kind_of(&self.first).is_none() {
                return Err(Stopped::NotKept);
            }
        }
        self.file.write_all(chunk).await.map_err(Stopped::Disk)
    }

    /// All of it came.
    pub async fn whole(mut self) -> Result<Arrived, Stopped> {
        let kind = picture::kind_of(&self.first).ok_or(Stopped::NotKept)?;
        self.file.flush().await.map_err(Stopped::Disk)?;
        Ok(Arrived { file: self.file.into_std().await, kind, bytes: self.bytes })
    }
}

impl Arrived {
    /// Looks whether it is whole, and takes out of a picture what is not the picture. A picture is in memory meanwhile, twice at most; one at a time.
    pub async fn cleaned(self, store: &Store) -> Result<Clean> {
        let Self { mut file, kind, bytes } = self;
        let turn = match kind {
            AttachmentKind::Pdf => None,
            _ => Some(store.cleaning.clone().acquire_owned().await.map_err(Error::internal)?),
        };
        let cleaning = tokio::task::spawn_blocking(move || -> io::Result<Result<Clean, Message>> {
            let _turn = turn;
            if kind == AttachmentKind::Pdf {
                let end = picture::DOCUMENT_END.min(bytes);
                file.seek(SeekFrom::End(-(end as i64)))?;
                let mut last = vec![0; end];
                file.read_exact(&mut last)?;
                return Ok(picture::ended(&last).map(|()| Clean { file, kind, bytes, size: None }));
            }
            let mut whole = Vec::with_capacity(bytes);
            file.rewind()?;
            file.read_to_end(&mut whole)?;
            let checked = match picture::check(whole.into()) {
                Ok(checked) => checked,
                Err(wrong) => return Ok(Err(wrong)),
            };
            file.rewind()?;
            file.write_all(&checked.bytes)?;
            file.set_len(checked.bytes.len() as u64)?;
            Ok(Ok(Clean { file, kind: checked.kind, bytes: checked.bytes.len(), size: checked.size }))
        });
        cleaning.await.map_err(Error::internal)?.map_err(no_disk)?.map_err(Error::bad_input)
    }
}

/// Nothing can be kept where nothing can be written.
pub fn no_disk(error: io::Error) -> Error {
    let message = say!("The file cannot be kept at the moment: try again later.", "暂时无法保存文件：请稍后重试。");
    Error { cause: Some(error.to_string().into()), ..Error::new(Code::Unavailable, message) }
}

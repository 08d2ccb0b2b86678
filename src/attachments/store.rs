//! Where the files themselves are: a folder, each under its id. Nothing that a client sends becomes part of a path.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::{fs, io::AsyncWriteExt};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    say,
};

/// The folder. Several servers of one deployment share it.
#[derive(Clone, Debug)]
pub struct Store(Arc<Path>);

impl Store {
    /// Opens the folder, and makes it where it is not there.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let made = std::fs::create_dir_all(&folder).and_then(|()| tempfile::tempfile_in(&folder).map(drop));
        if let Err(error) = made {
            let shown = folder.display();
            return Err(Error::bad_input(say!(
                "TONGXIN_UPLOADS / --uploads {shown}: files cannot be written there ({error}).",
                "TONGXIN_UPLOADS / --uploads {shown}：无法写入文件（{error}）。"
            )));
        }
        Ok(Self(folder.into()))
    }

    fn place(&self, id: Uuid) -> PathBuf {
        self.0.join(id.simple().to_string())
    }

    /// Writes a file that is not there yet; once this returns, it outlives a loss of power.
    pub(super) async fn put(&self, id: Uuid, bytes: &[u8]) -> io::Result<()> {
        let mut file = fs::OpenOptions::new().write(true).create_new(true).open(self.place(id)).await?;
        file.write_all(bytes).await?;
        file.sync_all().await
    }

    /// The whole file; none where there is none.
    pub async fn get(&self, id: Uuid) -> io::Result<Option<Vec<u8>>> {
        match fs::read(self.place(id)).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a file away; one that is gone is gone.
    pub(super) async fn delete(&self, id: Uuid) -> io::Result<()> {
        match fs::remove_file(self.place(id)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

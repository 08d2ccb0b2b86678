//! Where the files themselves are: a folder, or a bucket of a store that speaks as Amazon S3 does; each under its id. Nothing that a client sends becomes part of
//! a path.

use std::{
    fs::File,
    io::{self, Seek},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use bytes::Bytes;
use futures_util::stream::{BoxStream, StreamExt};
use object_store::{
    MultipartUpload, ObjectStore, ObjectStoreExt, Result as Stored, local::LocalFileSystem, path::Path as Key,
};
use tokio::{io::AsyncReadExt, sync::Semaphore};
use uuid::Uuid;

use super::bucket::Bucket;
use crate::{
    error::{Code, Error, Message, Result},
    say,
};

/// What is longer goes in parts of this size; S3 takes no shorter ones.
const PART: usize = 5 * 1024 * 1024;

/// Whoever asks how the store is waits no longer.
const PATIENCE: Duration = Duration::from_secs(15);

/// What the settings name.
#[derive(Clone, Debug)]
pub enum Place {
    /// Servers of one deployment share it.
    Folder(PathBuf),
    Bucket(Bucket),
}

impl From<&Path> for Place {
    fn from(folder: &Path) -> Self {
        Self::Folder(folder.to_owned())
    }
}

/// The store, opened.
#[derive(Clone, Debug)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    /// What all keys begin with.
    prefix: Key,
    folder: Option<Arc<Path>>,
    /// Pictures are held in memory while they are cleaned, one at a time.
    pub(super) cleaning: Arc<Semaphore>,
}

/// A file as it is sent on.
pub struct Found {
    pub bytes: u64,
    pub stream: BoxStream<'static, Stored<Bytes>>,
}

impl Store {
    /// Opens it; a folder that is not there is made. A bucket need not answer yet.
    pub fn open(place: impl Into<Place>) -> Result<Self> {
        let (objects, prefix, folder): (Arc<dyn ObjectStore>, _, _) = match place.into() {
            Place::Folder(folder) => {
                let opened = std::fs::create_dir_all(&folder)
                    .and_then(|()| writable(&folder))
                    .and_then(|()| LocalFileSystem::new_with_prefix(&folder).map_err(io::Error::other));
                let files = opened.map_err(|error| no_folder(&folder, &error))?;
                // Once it is there, a file outlives a loss of power.
                (Arc::new(files.with_fsync(true)), Key::default(), Some(folder.into()))
            }
            Place::Bucket(bucket) => (Arc::new(bucket.open()?), bucket.prefix(), None),
        };
        Ok(Self { objects, prefix, folder, cleaning: Arc::new(Semaphore::new(1)) })
    }

    /// Does what the settings name answer? Changes nothing there.
    pub async fn look(place: Place) -> Result<Message> {
        let bucket = match place {
            Place::Folder(folder) => {
                let shown = folder.display();
                if !folder.exists() {
                    let said = say!(
                        "the folder {shown} is not there yet: a server makes it",
                        "目录 {shown} 尚不存在，由服务器创建"
                    );
                    return Ok(said);
                }
                writable(&folder).map_err(|error| no_folder(&folder, &error))?;
                return Ok(say!("files can be written to the folder {shown}", "可在目录 {shown} 写入文件"));
            }
            Place::Bucket(bucket) => bucket,
        };
        let shown = bucket.to_string();
        let store = Self::open(Place::Bucket(bucket))?;
        let answered = tokio::time::timeout(PATIENCE, store.objects.list(Some(&store.prefix)).next()).await;
        match answered {
            Ok(None | Some(Ok(_))) => Ok(say!("{shown} answers", "{shown} 有响应")),
            Ok(Some(Err(error))) => Err(Error { cause: Some(error.to_string().into()), ..no_bucket(&shown) }),
            Err(_) => Err(no_bucket(&shown)),
        }
    }

    /// A file without a name for what is on its way: it goes with whoever holds it.
    pub(super) fn room(&self) -> io::Result<File> {
        self.folder.as_deref().map_or_else(tempfile::tempfile, tempfile::tempfile_in)
    }

    fn key(&self, id: Uuid) -> Key {
        self.prefix.clone().join(id.simple().to_string())
    }

    /// Stores a file from its beginning: whole or, where that fails, not at all. What is in memory of it is a part.
    pub(super) async fn put(&self, id: Uuid, mut file: File) -> io::Result<()> {
        file.rewind()?;
        let (key, mut file) = (self.key(id), tokio::fs::File::from_std(file));
        let first = part(&mut file).await?;
        if first.len() < PART {
            return self.objects.put(&key, first.into()).await.map(drop).map_err(io::Error::from);
        }
        let mut upload = self.objects.put_multipart(&key).await?;
        let parts = async {
            let mut next = first;
            while !next.is_empty() {
                upload.put_part(next.into()).await?;
                next = part(&mut file).await?;
            }
            upload.complete().await.map(drop).map_err(io::Error::from)
        };
        let stored = parts.await;
        if stored.is_err()
            && let Err(error) = upload.abort().await
        {
            tracing::warn!(%error, upload = %id, "parts of an upload may be left in the store");
        }
        stored
    }

    /// The file; none where there is none.
    pub async fn get(&self, id: Uuid) -> Stored<Option<Found>> {
        match self.objects.get(&self.key(id)).await {
            Ok(found) => Ok(Some(Found { bytes: found.meta.size, stream: found.into_stream() })),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Takes a file away, and what a server that was killed left of it in a folder; one that is gone is gone.
    pub(super) async fn delete(&self, id: Uuid) -> Stored<()> {
        match self.objects.delete(&self.key(id)).await {
            Err(error) if !matches!(error, object_store::Error::NotFound { .. }) => return Err(error),
            _ => {}
        }
        if let Some(folder) = &self.folder {
            // The name under which the library writes before it gives a file its own.
            let _ = tokio::fs::remove_file(folder.join(format!("{}#1", id.simple()))).await;
        }
        Ok(())
    }
}

/// The next part of a file; the last one is shorter, or empty.
async fn part(file: &mut tokio::fs::File) -> io::Result<Bytes> {
    let mut part = Vec::new();
    file.take(PART as u64).read_to_end(&mut part).await?;
    Ok(part.into())
}

fn writable(folder: &Path) -> io::Result<()> {
    tempfile::tempfile_in(folder).map(drop)
}

fn no_folder(folder: &Path, error: &io::Error) -> Error {
    let shown = folder.display();
    Error::bad_input(say!(
        "TONGXIN_UPLOADS / --uploads {shown}: files cannot be written there ({error}).",
        "TONGXIN_UPLOADS / --uploads {shown}：无法写入文件（{error}）。"
    ))
}

fn no_bucket(shown: &str) -> Error {
    let message = say!(
        "TONGXIN_UPLOADS / --uploads: {shown} does not answer as it should",
        "TONGXIN_UPLOADS / --uploads：{shown} 未正常响应"
    );
    Error::new(Code::Unavailable, message)
}

//! Where the demo keeps its database and master key: a folder that is named, or a temporary one that goes with the program.

use std::{
    fs, io,
    io::Write,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{
    database,
    error::{Error, Result},
    privacy::{MasterKey, master},
    say,
};

pub(super) struct Folder {
    path: PathBuf,
    /// Removed when dropped.
    _temporary: Option<TempDir>,
}

impl Folder {
    pub(super) fn open(named: Option<&Path>) -> Result<Self> {
        match named {
            // The path becomes part of an address, where these two mean something.
            Some(path) if path.to_string_lossy().contains(['?', '%']) => {
                let path = path.display();
                Err(Error::bad_input(say!(
                    "--data: the path `{path}` has a `?` or `%` in it. Name a folder without.",
                    "--data：路径 `{path}` 含有 `?` 或 `%`，请改用其他目录。"
                )))
            }
            Some(path) => {
                fs::create_dir_all(path).map_err(|error| unusable(path, &error))?;
                Ok(Self { path: path.to_owned(), _temporary: None })
            }
            None => {
                let made = tempfile::Builder::new().prefix("tongxin-demo-").tempdir();
                let folder = made.map_err(|error| unusable(&std::env::temp_dir(), &error))?;
                Ok(Self { path: folder.path().to_owned(), _temporary: Some(folder) })
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Not durable: what a demo loses it can make again.
    pub(super) fn database(&self) -> database::Options {
        database::Options { durable: false, ..database::Options::new(format!("sqlite://{}", self.file().display())) }
    }

    fn file(&self) -> PathBuf {
        self.path.join("tongxin.db")
    }

    /// The demo's own master key. A new one is made for a new database only: to a database that is there it would be the wrong one.
    pub(super) fn master_key(&self) -> Result<MasterKey> {
        let path = self.path.join("master.key");
        match fs::read_to_string(&path) {
            Ok(text) => MasterKey::parse(&text, &path.display().to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => match self.file().exists() {
                true => {
                    let (folder, key) = (self.path.display(), path.display());
                    Err(Error::bad_input(say!(
                        "--data {folder}: there is a database without its key `{key}`. Put the key back, or name an empty folder.",
                        "--data {folder}：有数据库但缺少密钥文件 `{key}`。请放回密钥，或改用空目录。"
                    )))
                }
                false => new_key(&path).map_err(|error| unusable(&self.path, &error)),
            },
            Err(error) => Err(unusable(&path, &error)),
        }
    }
}

/// Readable for its owner alone.
fn new_key(path: &Path) -> io::Result<MasterKey> {
    let (bytes, key) = MasterKey::random();
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{}", master::encode(&bytes))?;
    Ok(key)
}

fn unusable(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    Error::bad_input(say!(
        "--data: `{path}` cannot be used ({error}). Name a folder that you may write to, or leave --data out for a temporary one.",
        "--data：无法使用 `{path}`（{error}）。请指定可写的目录，或不填 --data 以使用临时目录。"
    ))
}

//! `tongxin backup`.

use std::path::{Path, PathBuf};

use clap::Args;
use sea_orm::DbBackend;
use tongxin::{
    config::DatabaseArgs,
    database::{self, Databases},
    error::{Error, Result},
    say,
};

#[derive(Args)]
pub struct BackupArgs {
    /// Where the copy goes; there must be no such file yet.
    file: PathBuf,
}

/// Copies an SQLite database, as it is at one moment, while servers read and write, and looks at the copy before it gets its name.
pub async fn run(settings: &DatabaseArgs, args: &BackupArgs) -> Result<()> {
    let db = Databases::open(&settings.options()).await?;
    if db.backend() == DbBackend::Postgres {
        return Err(Error::bad_input(say!(
            "PostgreSQL has tools of its own for this: `pg_dump --format=custom --file FILE` of the database that DATABASE_URL names, and `pg_restore` (see docs/operations.md).",
            "PostgreSQL 请使用自带工具：对 DATABASE_URL 指向的数据库执行 `pg_dump --format=custom --file 文件`，恢复用 `pg_restore`（见 docs/operations.md）。"
        )));
    }
    database::ready(&db).await?;
    let file = args.file.display();
    if args.file.exists() {
        return Err(Error::bad_input(say!(
            "There is a file `{file}` already: name another, nothing is overwritten.",
            "文件 `{file}` 已存在：请另取文件名，备份不会覆盖任何文件。"
        )));
    }
    let partial = beside(&args.file);
    // What an earlier run left that was cut off.
    remove(&partial)?;
    let copied = copy(&db, &partial).await;
    db.close().await;
    let bytes = match copied {
        Ok(bytes) => bytes,
        Err(error) => {
            remove(&partial)?;
            return Err(error);
        }
    };
    std::fs::rename(&partial, &args.file).map_err(|error| not_written(&args.file, &error))?;
    println!(
        "{file}: {bytes} bytes. The master key is not in it: without the key nobody, you included, reads what is sealed."
    );
    println!("{file}：{bytes} 字节。其中不含主密钥：没有主密钥，任何人（包括您）都无法读取加密内容。");
    Ok(())
}

async fn copy(db: &Databases, to: &Path) -> Result<u64> {
    let Some(name) = to.to_str() else {
        return Err(Error::bad_input(say!("The file's name is not UTF-8.", "文件名不是 UTF-8 编码。")));
    };
    database::copy_into(db, name).await?;
    let file = std::fs::File::open(to).and_then(|file| file.sync_all().map(|()| file));
    let bytes = file.and_then(|file| file.metadata()).map_err(|error| not_written(to, &error))?.len();
    // As whoever restores it will open it.
    let copy = Databases::open(&database::Options::new(format!("sqlite://{name}"))).await?;
    let sound = database::integrity(&copy).await;
    copy.close().await;
    for log in ["-wal", "-shm"] {
        remove(&PathBuf::from(format!("{name}{log}")))?;
    }
    sound.map(|()| bytes)
}

fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    name.into()
}

fn remove(file: &Path) -> Result<()> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(not_written(file, &error)),
        _ => Ok(()),
    }
}

fn not_written(file: &Path, error: &std::io::Error) -> Error {
    let (file, error) = (file.display(), error.kind());
    Error::bad_input(say!("`{file}` cannot be written: {error}.", "无法写入 `{file}`：{error}。"))
}

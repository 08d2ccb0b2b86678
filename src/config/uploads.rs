//! Where photos and documents are kept, as the settings say.

use std::path::PathBuf;

use clap::Args;
use secrecy::SecretString;

use crate::{
    attachments::{Bucket, Place},
    error::{Error, Result},
    say,
};

/// The folder or the bucket of uploads, and how the bucket is reached.
#[derive(Args, Clone, Debug)]
pub struct UploadsArgs {
    /// Where photos and documents of requests and visits are kept: a folder, or s3://BUCKET/PREFIX in a store that speaks as Amazon S3 does. Servers of one
    /// deployment share it. Back it up beside the database.
    #[arg(long, env = "TONGXIN_UPLOADS", default_value = "tongxin-uploads")]
    uploads: String,
    /// The address of the store, e.g. https://s3.example.org; without it what AWS_ENDPOINT_URL says.
    #[arg(long, env = "TONGXIN_UPLOADS_ENDPOINT")]
    uploads_endpoint: Option<String>,
    /// The region of the bucket; without it what AWS_REGION says, or us-east-1.
    #[arg(long, env = "TONGXIN_UPLOADS_REGION")]
    uploads_region: Option<String>,
    /// The id of the access key; without it what AWS_ACCESS_KEY_ID says, or the machine's own role.
    #[arg(long, env = "TONGXIN_UPLOADS_KEY_ID", requires = "uploads_secret_file")]
    uploads_key_id: Option<String>,
    /// File that holds the secret of the access key; without it what AWS_SECRET_ACCESS_KEY says.
    #[arg(long, env = "TONGXIN_UPLOADS_SECRET_FILE", requires = "uploads_key_id")]
    uploads_secret_file: Option<PathBuf>,
}

impl UploadsArgs {
    pub fn place(&self) -> Result<Place> {
        let Some(named) = self.uploads.strip_prefix("s3://") else { return self.folder() };
        let endpoint = self.uploads_endpoint.as_deref().map(address).transpose()?;
        let key = match (&self.uploads_key_id, &self.uploads_secret_file) {
            (Some(id), Some(file)) => {
                let secret = std::fs::read_to_string(file).map_err(|error| {
                    let file = file.display();
                    Error::bad_input(say!(
                        "TONGXIN_UPLOADS_SECRET_FILE {file}: it cannot be read ({error}).",
                        "TONGXIN_UPLOADS_SECRET_FILE {file}：无法读取（{error}）。"
                    ))
                })?;
                Some((id.clone(), SecretString::from(secret.trim())))
            }
            _ => None,
        };
        let mut bucket = Bucket::named(named)?;
        (bucket.endpoint, bucket.region, bucket.key) = (endpoint, self.uploads_region.clone(), key);
        Ok(Place::Bucket(bucket))
    }

    /// What looks like an address and is none that is known would be a folder of a strange name.
    fn folder(&self) -> Result<Place> {
        if self.uploads.contains("://") {
            return Err(Error::bad_input(say!(
                "TONGXIN_UPLOADS / --uploads: name a folder, or s3://BUCKET/PREFIX.",
                "TONGXIN_UPLOADS / --uploads：请填写目录，或 s3://存储桶/前缀。"
            )));
        }
        Ok(Place::Folder(PathBuf::from(&self.uploads)))
    }
}

fn address(text: &str) -> Result<String> {
    super::base(text).map_err(|_| {
        Error::bad_input(say!(
            "TONGXIN_UPLOADS_ENDPOINT: write an address like https://s3.example.org.",
            "TONGXIN_UPLOADS_ENDPOINT：请填写类似 https://s3.example.org 的地址。"
        ))
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Alone {
        #[command(flatten)]
        of: UploadsArgs,
    }

    fn place(arguments: &[&str]) -> Result<Place> {
        Alone::try_parse_from([&["tongxin"], arguments].concat()).map_err(Error::internal)?.of.place()
    }

    #[test]
    fn a_folder_is_a_folder_and_a_bucket_a_bucket() {
        assert!(
            matches!(place(&["--uploads", "/srv/files"]), Ok(Place::Folder(folder)) if folder.is_absolute() && folder.ends_with("srv/files"))
        );
        for (named, shown) in
            [("s3://tongxin-files", "s3://tongxin-files/"), ("s3://tongxin/2026/files/", "s3://tongxin/2026/files")]
        {
            match place(&["--uploads", named]) {
                Ok(Place::Bucket(bucket)) => assert_eq!(bucket.to_string(), shown),
                other => panic!("{named}: {other:?}"),
            }
        }
    }

    #[test]
    fn what_could_only_be_a_slip_is_named() {
        for wrong in [
            "s3://",
            "s3://B",
            "s3://Ab_c/..",
            "s3://bucket/../other",
            "s3://bucket/a//b",
            "gs://bucket",
            "https://s3.example.org/bucket",
        ] {
            assert!(place(&["--uploads", wrong]).is_err(), "{wrong}");
        }
        let bucket = ["--uploads", "s3://bucket"];
        for wrong in [
            ["--uploads-endpoint", "s3.example.org"].as_slice(),
            &["--uploads-key-id", "id"],
            &["--uploads-key-id", "id", "--uploads-secret-file", "/nowhere/secret"],
        ] {
            assert!(place(&[&bucket, wrong].concat()).is_err(), "{wrong:?}");
        }
    }
}

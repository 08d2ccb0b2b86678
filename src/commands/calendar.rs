//! `tongxin calendar`: the calendar of working days.

use std::path::PathBuf;

use clap::Subcommand;
use tongxin::{
    calendar,
    context::App,
    error::{Error, Result},
    say,
};

#[derive(Subcommand)]
pub enum CalendarCommand {
    /// Puts a year into the calendar of working days, and counts deadlines anew that were counted without it. The file has a line for each day that is moved:
    /// `2027-01-01,off,元旦` or `2027-02-06,worked,春节`.
    Import {
        /// The year that the file is about.
        #[arg(long)]
        year: i32,
        /// The notice that says so.
        #[arg(long)]
        source: String,
        file: PathBuf,
    },
}

pub async fn run(app: &App, what: CalendarCommand) -> Result<()> {
    let CalendarCommand::Import { year, source, file } = what;
    let text = std::fs::read_to_string(&file).map_err(|error| {
        let path = file.display();
        Error::bad_input(say!("{path} cannot be read: {error}", "无法读取 {path}：{error}"))
    })?;
    let done = calendar::import(app, year, &source, &text).await?;
    println!("{year}: {} days, {} deadlines counted anew", done.days, done.requests);
    Ok(())
}

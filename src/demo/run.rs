//! `tongxin demo`: makes a demo community on SQLite and serves it.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use entity::community;
use sea_orm::{EntityTrait, PaginatorTrait};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

use super::{
    fill::{Demo, FillOptions, fill, reopen},
    folder::Folder,
};
use crate::{
    access::token,
    attachments::Store,
    certificates::Printing,
    config::PrintingArgs,
    context::App,
    error::{Code, Error, Result},
    http::{self, HttpSettings, Web},
    say, schema, search,
};

/// Options of `tongxin demo`.
#[derive(clap::Args, Clone, Debug)]
pub struct DemoArgs {
    /// Folder for the database and its key, kept for the next time; a temporary one when left out.
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8000")]
    pub listen: SocketAddr,
    /// The same seed makes the same people.
    #[arg(long, default_value_t = 1)]
    pub random_seed: u64,
    /// How many residents; for tests.
    #[arg(long, default_value_t = 2400, value_parser = clap::value_parser!(u32).range(200..=100_000), hide = true)]
    pub residents: u32,
    #[command(flatten)]
    pub printing: PrintingArgs,
}

pub async fn run(args: DemoArgs) -> Result<()> {
    // First of all: a port in use should not cost ten seconds of making people up.
    let listener = http::bind(args.listen).await?;
    let folder = Folder::open(args.data.as_deref())?;
    // Until it serves, nobody listens to the signals; the temporary folder must go all the same.
    let (app, demo) = tokio::select! {
        prepared = prepare(&folder, &args) => prepared?,
        () = interrupted() => return Err(Error::new(
            Code::Unavailable,
            say!("Stopped before the demo was ready.", "演示尚未就绪即被停止。"),
        )),
    };
    tell(&listener, &folder, &args, &demo)?;
    let uploads = Some(Store::open(folder.path().join("uploads").as_path())?);
    let address = listener.local_addr().map_err(stopped)?;
    let printing = args.printing.printing()?;
    let public_url = printing.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let printing = Printing { public_url: Some(public_url), ..printing };
    let settings = HttpSettings { uploads, printing, ..HttpSettings::default() };
    let web = Web { schema: schema::build(app.clone()), app: app.clone(), settings };
    let served = http::serve(listener, Arc::new(web)).await.map_err(stopped);
    app.db.clone().close().await;
    served
}

async fn prepare(folder: &Folder, args: &DemoArgs) -> Result<(Arc<App>, Demo)> {
    let app = App::open(&folder.database(), folder.master_key()?).await?;
    search::ensure(&app).await?;
    if let Some(demo) = reopen(&app).await? {
        eprintln!("There is a demo community in {} already; it is kept.", folder.path().display());
        return Ok((app, demo));
    }
    if community::Entity::find().count(app.db.reader()).await? > 0 {
        let path = folder.path().display();
        return Err(Error::bad_input(say!(
            "--data {path}: its database holds other communities than the demo's. Name another folder; nothing was changed.",
            "--data {path}：其中的数据库已有非演示社区。请改用其他目录；未作任何改动。"
        )));
    }
    let options = FillOptions { residents: args.residents as usize, random_seed: args.random_seed, progress: true };
    let demo = fill(&app, &options).await?;
    Ok((app, demo))
}

/// What to do now, on standard output: plain lines, so that scripts can read them.
fn tell(listener: &TcpListener, folder: &Folder, args: &DemoArgs, demo: &Demo) -> Result<()> {
    let address = listener.local_addr().map_err(stopped)?;
    let Demo { name, residents, households, .. } = demo;
    println!("{name}: {residents} residents in {households} households, all made up.");
    println!();
    // The days that the facts are about.
    println!("  Overview  http://{address}/overview?from=2020-05-01&to=2022-03-04");
    println!("  GraphiQL  http://{address}/graphiql");
    println!("  GraphQL   http://{address}/graphql");
    println!();
    println!("Sign in on either page:");
    println!("  Name      staff");
    println!("  Password  {}", demo.password.expose_secret());
    println!();
    println!("Tokens for programs, one for each role:");
    for (account, secret) in &demo.tokens {
        println!("  {account:<16} {}", token::reveal(secret));
    }
    println!();
    println!("Send the token of `staff` along (the pages take it, too):");
    println!("  curl http://{address}/graphql -H 'Content-Type: application/json' -H 'Authorization: Bearer TOKEN' \\");
    println!("    -d '{{\"query\":\"{{ residents(first: 3) {{ totalCount nodes {{ fullName }} }} }}\"}}'");
    match &args.data {
        Some(_) => println!("The data stay in {}. Ctrl-C stops.", folder.path().display()),
        None => println!("The data go when the program stops (Ctrl-C); --data DIR keeps them."),
    }
    Ok(())
}

fn stopped(error: std::io::Error) -> Error {
    Error {
        cause: Some(error.to_string().into()),
        ..Error::new(Code::Unavailable, say!("The server stopped.", "服务已停止。"))
    }
}

async fn interrupted() {
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => drop(signal.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}

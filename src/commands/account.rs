//! `tongxin account`.

use std::io::{BufRead, IsTerminal};

use clap::{Args, Subcommand};
use secrecy::{ExposeSecret, SecretString};
use tongxin::{
    access::{
        accounts::{self, Given, Role},
        granting::LinkArgs,
        password,
    },
    context::App,
    error::{Error, Result},
    say,
    staff::work,
};

#[derive(Subcommand)]
pub enum AccountCommand {
    /// Makes an account. Its password is a made-up one for the first sign-in, printed alone on standard output this once, unless you say otherwise.
    Add {
        name: String,
        #[arg(long, value_parser = role)]
        role: Role,
        /// Division code (12 digits) of the community; not for OPERATOR.
        #[arg(long)]
        community: Option<String>,
        #[command(flatten)]
        links: LinksArgs,
        #[command(flatten)]
        password: PasswordArgs,
        /// No password: a machine's account, which has tokens only.
        #[arg(long, conflicts_with_all = ["ask_password", "password_stdin"])]
        no_password: bool,
    },
    /// From now on none of its sessions and tokens are accepted; within a second on every node. Lists the open work that is left: community, staff member,
    /// kind, title.
    Disable { name: String },
    /// Takes that back: its tokens are accepted again, and it can sign in.
    Enable { name: String },
    /// Gives an account another password, as `add` does. Its sessions end, and a lock after too many tries is lifted.
    Reset {
        name: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Lists accounts and their roles.
    List,
}

/// Whom a role is about.
#[derive(Args)]
pub struct LinksArgs {
    /// Unified social credit code of the unit that a PARTNER speaks for.
    #[arg(long)]
    unit: Option<String>,
    /// Id of the resident who a RESIDENT (or MERCHANT) is.
    #[arg(long)]
    resident: Option<String>,
    /// Id of the volunteer who a VOLUNTEER is.
    #[arg(long)]
    volunteer: Option<String>,
    /// Name of a grid that STAFF are limited to; may be given several times.
    #[arg(long = "grid")]
    grids: Vec<String>,
}

/// Where the password comes from: never from an argument, which others can read in the list of processes.
#[derive(Args)]
pub struct PasswordArgs {
    /// Asks for the password, twice, without showing it.
    #[arg(long)]
    ask_password: bool,
    /// Reads the password from the first line of standard input.
    #[arg(long, conflicts_with = "ask_password")]
    password_stdin: bool,
}

pub async fn run(app: &App, what: AccountCommand) -> Result<()> {
    match what {
        AccountCommand::Add { name, role, community, links, password, no_password } => {
            let LinksArgs { unit, resident, volunteer, grids } = links;
            let links = LinkArgs { unit, resident, volunteer, grids };
            let given = if no_password { None } else { Some(given(&password)?) };
            accounts::add_linked(app, &name, role, community.as_deref(), &links, given.as_ref()).await?;
            given.iter().for_each(tell);
        }
        AccountCommand::Disable { name } => {
            accounts::disable(app, &name, true).await?;
            open_work(&work::left_with(app, &name).await?);
        }
        AccountCommand::Enable { name } => accounts::disable(app, &name, false).await?,
        AccountCommand::Reset { name, password } => {
            let given = given(&password)?;
            accounts::reset(app, &name, &given).await?;
            tell(&given);
        }
        AccountCommand::List => accounts::list(app).await?.iter().for_each(|line| println!("{line}")),
    }
    Ok(())
}

fn given(args: &PasswordArgs) -> Result<Given> {
    let unreadable = |error: std::io::Error| {
        Error::bad_input(say!("The password could not be read: {error}.", "无法读取密码：{error}。"))
    };
    if args.password_stdin {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(unreadable)?;
        return Ok(Given::Chosen(SecretString::from(line.trim_end_matches(['\r', '\n']))));
    }
    if !args.ask_password {
        return Ok(Given::OneTime(password::generated()));
    }
    if !std::io::stdin().is_terminal() {
        return Err(Error::bad_input(say!(
            "--ask-password needs a terminal; use --password-stdin where there is none.",
            "--ask-password 需在终端中使用；无终端时请用 --password-stdin。"
        )));
    }
    let ask = |prompt| rpassword::prompt_password(prompt).map(SecretString::from).map_err(unreadable);
    let (first, again) = (ask("Password 密码: ")?, ask("Once more 再输一次: ")?);
    if first.expose_secret() == again.expose_secret() {
        return Ok(Given::Chosen(first));
    }
    Err(Error::bad_input(say!(
        "The two passwords differ; nothing was changed.",
        "两次输入的密码不一致；未作任何改动。"
    )))
}

/// What somebody who goes leaves behind.
fn open_work(left: &[String]) {
    if left.is_empty() {
        return;
    }
    eprintln!("Open work is left; `handOver` gives it to somebody else. 尚有未了工作，请用 `handOver` 交接：");
    left.iter().for_each(|line| println!("{line}"));
}

/// A made-up password has to reach whoever will use it.
fn tell(given: &Given) {
    if let Given::OneTime(password) = given {
        eprintln!("The password for the first sign-in, which replaces it; it is shown this once.");
        eprintln!("首次登录密码，登录时须改为自己的密码；仅显示这一次。");
        println!("{}", password.expose_secret());
    }
}

fn role(text: &str) -> Result<Role, String> {
    use sea_orm::{ActiveEnum, Iterable};
    let wanted = text.to_ascii_uppercase();
    Role::iter().find(|role| role.to_value() == wanted).ok_or_else(|| {
        let known: Vec<String> = Role::iter().map(|role| role.to_value()).collect();
        format!("roles are {}", known.join(", "))
    })
}

//! `tongxin token`.

use clap::Subcommand;
use tongxin::{
    access::{accounts, token},
    context::App,
    error::Result,
};

#[derive(Subcommand)]
pub enum TokenCommand {
    /// Makes a token and prints it, alone, on standard output; it is shown this once.
    Create {
        #[arg(long)]
        account: String,
        /// What the token is for.
        #[arg(long, default_value = "command line")]
        name: String,
        /// Days until it expires; never when left out.
        #[arg(long, value_parser = clap::value_parser!(u32).range(1..=3650))]
        days: Option<u32>,
    },
    /// Revokes all tokens of an account.
    Revoke {
        #[arg(long)]
        account: String,
    },
}

pub async fn run(app: &App, what: TokenCommand) -> Result<()> {
    match what {
        TokenCommand::Create { account, name, days } => {
            let expires_at = days.map(|days| app.clock.now() + chrono::Duration::days(days.into()));
            let secret = accounts::create_token(app, &account, &name, expires_at).await?;
            println!("{}", token::reveal(&secret));
        }
        TokenCommand::Revoke { account } => {
            let revoked = accounts::revoke_tokens(app, &account).await?;
            eprintln!("{revoked} tokens revoked.");
        }
    }
    Ok(())
}

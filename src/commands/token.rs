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
        /// Days until it expires; 0 for never.
        #[arg(long, default_value_t = 365, value_parser = clap::value_parser!(u32).range(0..=3650))]
        days: u32,
        /// It never expires: good until it is revoked.
        #[arg(long, conflicts_with = "days")]
        no_expiry: bool,
    },
    /// Revokes all tokens of an account.
    Revoke {
        #[arg(long)]
        account: String,
    },
}

pub async fn run(app: &App, what: TokenCommand) -> Result<()> {
    match what {
        TokenCommand::Create { account, name, days, no_expiry } => {
            let ends = days > 0 && !no_expiry;
            let expires_at = ends.then(|| app.clock.now() + chrono::Duration::days(days.into()));
            let secret = accounts::create_token(app, &account, &name, expires_at).await?;
            match expires_at {
                Some(at) => eprintln!("It expires on {}. 令牌到期日：{}。", at.date_naive(), at.date_naive()),
                None => eprintln!(
                    "It never expires; revoke it when it is no longer needed. 令牌永不过期，不再需要时请撤销。"
                ),
            }
            println!("{}", token::reveal(&secret));
        }
        TokenCommand::Revoke { account } => {
            let revoked = accounts::revoke_tokens(app, &account).await?;
            eprintln!("{revoked} tokens revoked.");
        }
    }
    Ok(())
}

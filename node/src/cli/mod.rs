//! The `hopluu` program.

pub mod args;
pub(crate) mod client;
mod console;
mod demo;
mod demo_stays;
mod figure_words;
mod figures;
mod help;
mod import;
mod local;
mod machines;
mod open;
mod periods;
mod reports;
mod stuck;
mod templates;
mod texts;
mod town;
mod town_file;
mod usage;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::FromArgMatches as _;

use crate::data_dir::DataDir;
use crate::messages::{Catalogue, Language};
use crate::problem::{Problem, Reason, Refusal};
use args::{Cli, Command, Common, Lang};
use client::Client;
use console::Console;
pub(crate) use console::{moment, office_moment};

/// Everything that a command needs.
struct Session {
    console: Console,
    common: Common,
    language: Language,
}

/// Runs the program. Exit code 0: done; 1: refused or failed; 2: used wrongly.
pub fn run(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let language = language_of(&args);
    let catalogue = Catalogue::new(language);
    let json = args.iter().any(|arg| arg == "--json");
    let mut console = Console { catalogue, json };
    let parsed = help::localised(&console.catalogue)
        .try_get_matches_from(args)
        .and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::tell(&error, &console),
    };
    start_log();
    // What stood behind `--` was no option.
    console.json = cli.common.json;
    let session = Session { console, common: cli.common, language };
    let done = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))
        .and_then(|runtime| {
            let done = runtime.block_on(session.carry_out(cli.command));
            // Whatever is still connected is not waited for: what counts is durable already.
            runtime.shutdown_background();
            done
        });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            session.console.refuse(&refusal);
            ExitCode::FAILURE
        }
    }
}

impl Session {
    async fn carry_out(&self, command: Command) -> Result<(), Refusal> {
        match command {
            Command::Demo { out, keep, open } => demo::run(self, &out, keep.as_deref(), open).await,
            Command::Init { hub: _, town, template, name } => {
                local::init(self, town.as_deref(), template.as_deref(), name).await
            }
            Command::Serve { listen } => local::serve(self, listen.as_deref(), false).await,
            Command::Open { print } => open::open(self, print).await,
            Command::Openapi => self.console.print_json(&crate::api::openapi()),
            Command::Period { command } => periods::period(self, command).await,
            Command::Town { command } => town_file::town(self, command).await,
            Command::Template { command } => templates::template(self, command).await,
            Command::Invite { list: true, .. } => machines::invitations(self).await,
            Command::Invite { withdraw: Some(id), .. } => machines::withdraw(self, &id).await,
            // The command line wants a unit where it is neither of both.
            Command::Invite { unit: None, .. } => Ok(()),
            Command::Invite { unit: Some(unit), address, hours, .. } => {
                town::invite(self, unit, address, hours).await
            }
            Command::Node { command } => machines::node(self, command).await,
            Command::HubAddress { address } => machines::hub_address(self, address).await,
            Command::Adopt { yes } => stuck::adopt(self, yes).await,
            Command::NewKey { yes } => machines::new_key(self, yes),
            Command::Join { invitation, name } => town::join(self, invitation, name).await,
            Command::Sync => town::sync(self).await,
            Command::Status => town::status(self).await,
            Command::Set { period, indicator, value, note } => {
                figures::set(self, period, &indicator, value, note).await
            }
            Command::Get { period, indicator } => {
                figures::get(self, period, indicator.as_ref()).await
            }
            Command::History { period, indicator } => {
                figures::history(self, period, &indicator).await
            }
            Command::Conflicts { period } => figures::conflicts(self, period).await,
            Command::Text { period, section, file, heads, base, edit, clear, settle } => {
                let deed = match file.as_deref() {
                    Some(file) => texts::Deed::Set { file, heads: &heads, base: base.as_deref() },
                    None if edit => texts::Deed::Edit,
                    None if clear => texts::Deed::Clear,
                    None if settle => texts::Deed::Settle,
                    None => texts::Deed::Show,
                };
                texts::text(self, period, &section, deed).await
            }
            Command::Import { period, file, dry_run, clear_blank, format } => {
                let how = import::How { dry_run, clear_blank, format };
                import::import(self, period, &file, how).await
            }
            Command::Submit { period } => reports::submit(self, period).await,
            Command::Report { period, unit, format, out } => {
                reports::report(self, period, unit.as_ref(), &format, &out).await
            }
        }
    }

    fn data_dir(&self) -> Result<DataDir, Refusal> {
        self.common
            .data
            .as_ref()
            .map(DataDir::new)
            .or_else(DataDir::default_for_platform)
            .ok_or_else(|| {
                let problem = Problem::new("no-data-dir", "this system has no home directory");
                Refusal::new(Reason::Failed, problem)
            })
    }

    async fn client(&self) -> Result<Client, Refusal> {
        let client = Client::connect(&self.data_dir()?, self.language_tag()).await?;
        self.tell(&client.news);
        Ok(client)
    }

    /// The client of a node that is about to join.
    async fn client_to_join(&self) -> Result<Client, Refusal> {
        let client = Client::connect_to_join(&self.data_dir()?, self.language_tag()).await?;
        self.tell(&client.news);
        Ok(client)
    }

    /// Tells what is to be known beside what was asked for.
    fn tell(&self, news: &[Problem]) {
        news.iter().for_each(|problem| self.console.warn(problem));
    }

    fn language_tag(&self) -> &'static str {
        self.language.tag()
    }

    /// The person who acts: as given, or the system's account. A service has no `USER`, and yet an account.
    fn person(&self) -> String {
        let given = self.common.person.clone().filter(|name| !name.trim().is_empty());
        given.or_else(|| whoami::username().ok()).unwrap_or_default()
    }

    /// The name of this machine, for people.
    fn node_name(&self, given: Option<String>) -> String {
        let system =
            || ["HOSTNAME", "COMPUTERNAME"].iter().find_map(|name| std::env::var(name).ok());
        let named = given.or_else(system).or_else(|| whoami::hostname().ok());
        named.unwrap_or_else(|| self.person())
    }
}

/// The language is needed before the arguments are parsed: help and usage errors speak it too.
fn language_of(args: &[OsString]) -> Language {
    let texts: Vec<&str> = args.iter().filter_map(|arg| arg.to_str()).collect();
    let given = texts.iter().enumerate().find_map(|(at, text)| match *text {
        "--lang" => texts.get(at + 1).copied(),
        text => text.strip_prefix("--lang="),
    });
    let from_environment = std::env::var("HOPLUU_LANG").ok();
    match given.or(from_environment.as_deref()) {
        Some("en") => Language::English,
        Some("vi") => Language::Vietnamese,
        _ => Language::from_locale(sys_locale::get_locale().as_deref()),
    }
}

/// What is logged when nobody asked for anything else.
const ORDINARY_LOG: &str = "error,sled=off";

/// Logs go to standard error when `RUST_LOG` asks for them, errors also when it does not: in colour for
/// people, plain into files. What sled says of damage, we say in the person's language.
fn start_log() {
    let asked = tracing_subscriber::EnvFilter::try_from_default_env();
    let filter = asked.unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(ORDINARY_LOG));
    quiet_sled();
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(colour)
        // With standard error closed there is nobody left to tell.
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .init();
}

/// Keeps to the log what sled says when it panics on damaged pages: that is caught, and told by us.
fn quiet_sled() {
    let ordinary = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let is_of_sled = panic.location().is_some_and(|place| place.file().contains("sled-0."));
        if is_of_sled {
            tracing::warn!(%panic, "sled panicked");
        } else {
            ordinary(panic);
        }
    }));
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::English,
            Lang::Vi => Self::Vietnamese,
        }
    }
}

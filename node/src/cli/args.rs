//! What the command line takes. Help texts here are English; `help` puts the catalogue's texts in their place.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use hopluu_protocol::id::{IndicatorId, SectionId, TemplateRef, UnitCode};
use hopluu_protocol::period::PeriodId;

/// Offline-first reporting: every office keeps its report, the town's hub joins them into one.
#[derive(Debug, Parser)]
#[command(name = "hopluu", version, propagate_version = true, arg_required_else_help = true)]
pub struct Cli {
    /// Options that every command takes.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The node's data directory [default: the platform's]
    #[arg(long, global = true, env = "HOPLUU_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print data as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of messages [default: by locale]
    #[arg(long, global = true, env = "HOPLUU_LANG", value_name = "LANG")]
    pub lang: Option<Lang>,
    /// Your name, as the history of each cell shows it [default: the system's user name]
    #[arg(long, global = true, env = "HOPLUU_PERSON", value_name = "NAME")]
    pub person: Option<String>,
}

/// Languages of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// English
    En,
    /// Tiếng Việt
    Vi,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a whole town on this machine and write its consolidated report
    Demo {
        /// Where to write the report
        #[arg(long, default_value = "out", value_name = "DIR")]
        out: PathBuf,
        /// Leave the town on disk, one data directory a node; a town that is there goes on
        #[arg(long, value_name = "DIR")]
        keep: Option<PathBuf>,
        /// Leave the town running until Ctrl-C and open pages of its offices in the browser
        #[arg(long)]
        open: bool,
    },
    /// Make a new node in the data directory
    Init {
        /// Make it a hub
        #[arg(long, requires = "town")]
        hub: bool,
        /// The town's units and calendar (see docs/town-file.md)
        #[arg(long, value_name = "FILE", requires = "hub")]
        town: Option<PathBuf>,
        /// The template file, when it is not the built-in one
        #[arg(long, value_name = "FILE", requires = "hub")]
        template: Option<PathBuf>,
        /// Name of this machine, for people
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Invite a node of a unit (at the hub)
    Invite {
        /// The unit's code
        #[arg(required_unless_present_any = ["list", "withdraw"])]
        unit: Option<UnitCode>,
        /// List the invitations that were made
        #[arg(long, conflicts_with_all = ["unit", "address", "withdraw"])]
        list: bool,
        /// Take an invitation back that nobody has used yet
        #[arg(long, value_name = "ID", conflicts_with_all = ["unit", "address"])]
        withdraw: Option<String>,
        /// Addresses at which the node will find the hub [default: where the hub listens]
        #[arg(long, value_name = "HOST:PORT")]
        address: Vec<String>,
        /// Hours until the invitation expires, from 1 to 8760
        #[arg(long, default_value_t = 72, value_parser = super::usage::hours)]
        hours: u32,
    },
    /// Join a town with an invitation
    Join {
        /// The invitation, as the hub's operator gave it
        invitation: String,
        /// Name of this machine, for people
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
    },
    /// Run the node: sync whenever the line allows, and answer commands
    Serve {
        /// Listen for other nodes (a hub listens on 0.0.0.0:4433 by default)
        #[arg(long, value_name = "ADDR")]
        listen: Option<String>,
    },
    /// Open the page of the running node (`serve`) in the browser
    Open {
        /// Only print the link: it is good once, for five minutes
        #[arg(long)]
        print: bool,
    },
    /// The town's machines: list them, revoke a key
    Node {
        /// What to do
        #[command(subcommand)]
        command: NodeCommand,
    },
    /// Show where this node looks for the hub, or set it after the hub has moved
    HubAddress {
        /// The hub's addresses, the best first
        #[arg(value_name = "HOST:PORT")]
        address: Vec<String>,
    },
    /// Make edits this machine's own that the hub refuses because of the key they were made under
    Adopt {
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// Give the hub a new key after it has lost its own (at the hub)
    NewKey {
        /// Do it
        #[arg(long)]
        yes: bool,
    },
    /// Sync once with the hub
    Sync,
    /// Where this node stands: its unit, its hub, what is not yet there
    Status,
    /// Set a cell: a number, a choice, `kps` for nothing arose, `kad: reason` for not applicable
    Set {
        /// The period, e.g. 2023-q1
        period: PeriodId,
        /// The indicator's id, e.g. pl4.3.1.1
        indicator: IndicatorId,
        /// The value; an empty one clears the cell
        #[arg(allow_hyphen_values = true)]
        value: String,
        /// A note for the Ghi chú column
        #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
        note: Option<String>,
    },
    /// Show one cell, or all
    Get {
        /// The period
        period: PeriodId,
        /// The indicator's id
        indicator: Option<IndicatorId>,
    },
    /// Every value and note that a cell ever had, by whom and when
    History {
        /// The period
        period: PeriodId,
        /// The indicator's id
        indicator: IndicatorId,
    },
    /// Cells and paragraphs that people changed apart from each other
    Conflicts {
        /// The period
        period: PeriodId,
    },
    /// Show a section's text, or set it from a file (`-`: standard input)
    Text {
        /// The period
        period: PeriodId,
        /// The section's id, e.g. ii.2.c
        section: SectionId,
        /// The file with the new text; an empty one is refused
        file: Option<PathBuf>,
        /// The state that the file was made from, as `text --json` shows it: what others wrote since stays.
        /// Without it, the file replaces the text as it stands now
        #[arg(long, value_name = "HEADS", value_delimiter = ',', requires = "file")]
        heads: Vec<String>,
        /// The file as it was before it was edited, when it was written out by `text`: what others wrote
        /// since stays
        #[arg(long, value_name = "FILE", requires = "file", conflicts_with = "heads")]
        base: Option<PathBuf>,
        /// Open the text in the editor (`VISUAL`, `EDITOR`); what others write meanwhile stays
        #[arg(long, conflicts_with_all = ["file", "clear"])]
        edit: bool,
        /// Remove the whole text
        #[arg(long, conflicts_with = "file")]
        clear: bool,
        /// Say that every paragraph that people changed apart from each other is right as it stands
        #[arg(long, conflicts_with_all = ["file", "edit", "clear"])]
        settle: bool,
    },
    /// Import cells from a file: Excel (XLSX, XLSB, XLS), LibreOffice (ODS), CSV or JSON
    Import {
        /// The period
        period: PeriodId,
        /// The file (`-`: standard input)
        file: PathBuf,
        /// Show what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
        /// Clear the cells that are empty in the file
        #[arg(long)]
        clear_blank: bool,
        /// What the file is, where its name does not tell
        #[arg(long, value_name = "FORMAT")]
        format: Option<FileFormat>,
    },
    /// Freeze, sign and submit the unit's report
    Submit {
        /// The period
        period: PeriodId,
    },
    /// Write a report: the consolidated one at the hub, the unit's own in an office
    Report {
        /// The period
        period: PeriodId,
        /// Another unit's report (at the hub)
        #[arg(long, value_name = "UNIT")]
        unit: Option<UnitCode>,
        /// What to write
        #[arg(long, value_delimiter = ',', default_value = "docx,xlsx,pdf,json")]
        format: Vec<Format>,
        /// Where to write
        #[arg(long, default_value = "out", value_name = "DIR")]
        out: PathBuf,
    },
    /// The periods that are reported
    Period {
        /// What to do with them
        #[command(subcommand)]
        command: PeriodCommand,
    },
    /// The town's units and calendar, as a file (at the hub)
    Town {
        /// What to do with it
        #[command(subcommand)]
        command: TownCommand,
    },
    /// Print the local API's description (OpenAPI 3.1, JSON)
    Openapi,
    /// Templates
    Template {
        /// What to do with it
        #[command(subcommand)]
        command: TemplateCommand,
    },
}

/// What can be done with periods.
#[derive(Debug, Subcommand)]
pub enum PeriodCommand {
    /// List the periods with their days and deadlines
    List,
    /// Open a period by hand, open a closed one again, or set its deadline (at the hub)
    Open {
        /// The period, e.g. 2023-q2
        period: PeriodId,
        /// The template [default: the one that counts for the period]
        #[arg(long, value_name = "ID@VERSION")]
        template: Option<TemplateRef>,
        /// The deadline, e.g. 2023-06-16 [default: by the template's rule and the days off]
        #[arg(long, value_name = "DAY")]
        deadline: Option<String>,
    },
    /// What the unit typed for the quarters of six months, nine months or a year, beside the whole
    Quarters {
        /// The period, e.g. 2023-6m
        period: PeriodId,
    },
    /// Close a period: nobody may change its reports any more (at the hub)
    Close {
        /// The period
        period: PeriodId,
        /// Why, shown to whoever tries to change a report
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// What can be done with the town's file.
#[derive(Debug, Subcommand)]
pub enum TownCommand {
    /// Say what a town file would change, and change nothing
    Check {
        /// The file (see docs/town-file.md)
        file: PathBuf,
    },
    /// Change the town as its file says: units, days off, periods, more time
    Apply {
        /// The file
        file: PathBuf,
        /// Do it; otherwise only what would change is said
        #[arg(long)]
        yes: bool,
    },
    /// Write the file as the town stands, to be edited and applied
    Show,
}

/// What can be done with the town's machines.
#[derive(Debug, Subcommand)]
pub enum NodeCommand {
    /// List the machines of every unit, with their keys
    List,
    /// Revoke the key of a machine: it is cut off at once and never let in again
    Revoke {
        /// The machine's key, or its name
        #[arg(value_name = "KEY-OR-NAME")]
        machine: String,
        /// Do it
        #[arg(long)]
        yes: bool,
    },
}

/// What can be done with a template.
#[derive(Debug, Subcommand)]
pub enum TemplateCommand {
    /// Check a template file and list everything that is wrong
    Check {
        /// The file
        file: PathBuf,
    },
    /// Publish a version of a template, and show what that does to periods under way (at the hub)
    Publish {
        /// The file
        file: PathBuf,
        /// The period from which on it is followed: that one and all that do not end before it
        #[arg(long, value_name = "PERIOD")]
        from: PeriodId,
        /// Do it; without this, only show what would happen
        #[arg(long)]
        yes: bool,
    },
    /// Show a template: the built-in one, or one that the node has
    Show {
        /// Which
        template: Option<TemplateRef>,
    },
}

/// Formats of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Word
    Docx,
    /// Machine-readable
    Json,
    /// PDF
    Pdf,
    /// Excel
    Xlsx,
}

/// Formats that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// Comma-, semicolon- or tab-separated
    Csv,
    /// A report's JSON, or an object of indicator → value
    Json,
    /// LibreOffice
    Ods,
    /// Excel 97 to 2003
    Xls,
    /// Excel, binary
    Xlsb,
    /// Excel
    Xlsx,
}

impl FileFormat {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Ods => "ods",
            Self::Xls => "xls",
            Self::Xlsb => "xlsb",
            Self::Xlsx => "xlsx",
        }
    }
}

impl Format {
    /// The ending of its files and its name in the API.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Json => "json",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
        }
    }
}

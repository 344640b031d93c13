//! A small town, some of it on a disk whose power is cut.

use std::path::{Path, PathBuf};

use crate::api::Serving;
use hopluu_program::Program;

/// The period that the demo's town reports.
pub(crate) const PERIOD: &str = "2023-q1";

/// A cell that every commune types.
pub(crate) const CELL: &str = "pl4.3.2.1";

/// The commune that all of these tests are about.
pub(crate) const UNIT: &str = "19996";

/// The file that the demo's town is founded with.
pub(crate) fn town_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node/demo/town.toml")
}

/// Makes a hub in a data directory.
pub(crate) fn found(data: PathBuf) -> Program {
    let hub = Program::over(data);
    hub.ok(&["init", "--hub", "--town", town_file().to_str().unwrap()]);
    hub
}

/// Starts a hub; at the same address when it had one.
pub(crate) fn serve_hub(hub: &Program, address: Option<&str>) -> Option<Serving> {
    Serving::start(hub, &["--listen", address.unwrap_or("127.0.0.1:0")])
}

/// Makes a machine of the unit in a data directory, that has joined.
pub(crate) fn join(hub: &Program, data: PathBuf, name: &str) -> Program {
    let office = Program::over(data);
    let invitation = hub.ok(&["invite", UNIT]);
    office.ok(&["join", invitation.trim(), "--name", name]);
    office
}

/// What the hub has of the unit's cell: another machine of the unit gets it from there.
pub(crate) fn value_at_hub(hub: &Program, data: PathBuf) -> u64 {
    value_of(&join(hub, data, "fresh"))
}

/// What an office has in the cell; 0 where nothing was reported.
pub(crate) fn value_of(office: &Program) -> u64 {
    let cell = hopluu_program::json(&office.ok(&["--json", "get", PERIOD, CELL]));
    cell["cell"]["value"].as_u64().unwrap_or_default()
}

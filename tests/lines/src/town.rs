//! A small town: a hub, an office beyond the line, and a colleague of that office beside the hub.

use std::fs;

use anyhow::{Context as _, Result, ensure};
use hopluu_measured::copy_folder;
use hopluu_program::Program;
use hopluu_quarter::form;
use hopluu_quarter::work::Act;
use tempfile::TempDir;

use crate::api::Api;
use crate::emulator::{Emulator, Side};
use crate::namespace::Namespace;

/// Where the hub listens.
pub(crate) const HUB_LISTENS: &str = "10.66.0.1:4433";
/// The unit of the office.
const UNIT: &str = "19996";

/// The data directories of a town whose programs do not run.
#[derive(Debug)]
pub(crate) struct Town {
    dir: TempDir,
    pub(crate) hub: Program,
    /// The machine beyond the line.
    pub(crate) office: Program,
    /// Another machine of the same unit, with a good line to the hub: what it has, the hub has.
    pub(crate) colleague: Program,
}

impl Town {
    fn in_directory(dir: TempDir) -> Self {
        let [hub, office, colleague] =
            ["hub", "office", "colleague"].map(|name| Program::over(dir.path().join(name)));
        Self { dir, hub, office, colleague }
    }

    /// Founds a town, and has both machines join over the present line.
    ///
    /// # Errors
    /// When a file cannot be written. A program that refuses panics.
    pub(crate) fn found(emulator: &Emulator) -> Result<Self> {
        let town = Self::in_directory(TempDir::new()?);
        let file = |name: &str, text: String| -> Result<String> {
            let path = town.dir.path().join(name);
            fs::write(&path, text)?;
            Ok(path.to_str().context("a path that is no text")?.to_owned())
        };
        let units = file("town.toml", form::town([UNIT.to_owned()]))?;
        let template = file("template.toml", form::template(form::QUARTER))?;
        town.hub.ok(&["init", "--hub", "--town", &units, "--template", &template]);
        let invite = || town.hub.ok(&["invite", UNIT, "--address", HUB_LISTENS]).trim().to_owned();
        let invitations = [invite(), invite()];
        let _hub =
            emulator.in_namespace(Side::Hub, || Ok(town.hub.serve(&["--listen", HUB_LISTENS])))?;
        for (side, machine, invitation) in [
            (Side::Office, &town.office, &invitations[0]),
            (Side::Hub, &town.colleague, &invitations[1]),
        ] {
            emulator.in_namespace(side, || Ok(machine.ok(&["join", invitation])))?;
        }
        Ok(town)
    }

    /// The same town once more, to do something else with.
    ///
    /// # Errors
    /// When the files cannot be copied.
    pub(crate) fn copy(&self) -> Result<Self> {
        let dir = TempDir::new()?;
        copy_folder(self.dir.path(), dir.path())?;
        Ok(Self::in_directory(dir))
    }

    /// Whether both machines show the same report, after the colleague's has synced.
    pub(crate) fn ensure_the_hub_has_all(&self) -> Result<()> {
        let here = offline(&self.office, Api::report)?;
        let there = offline(&self.colleague, Api::report)?;
        ensure!(here == there, "the hub does not have what the office has");
        Ok(())
    }
}

/// A sitting at a machine without any line.
pub(crate) fn sitting(machine: &Program, acts: &[Act]) -> Result<()> {
    offline(machine, |api| acts.iter().try_for_each(|act| api.act(act)))
}

/// Something is done at a machine that serves in a network of its own.
fn offline<T: Send>(machine: &Program, work: impl FnOnce(&Api) -> Result<T> + Send) -> Result<T> {
    Namespace::new()?.run(|| {
        let _serves = machine.serve(&[]);
        work(&Api::of(machine)?)
    })
}

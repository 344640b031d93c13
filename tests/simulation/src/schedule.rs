//! From a seed to a schedule: who takes part, and what happens.

use fastrand::Rng;
use serde::{Deserialize, Serialize};

use crate::operation::{Direction, Fault, Forgery, Operation, Step};
use crate::town::{CELLS, Name, Who};

/// Everything that a run depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub(crate) cast: Vec<Who>,
    pub(crate) steps: Vec<Step>,
}

impl Schedule {
    /// The schedule of a seed.
    pub fn of_seed(seed: u64) -> Self {
        let mut maker = Maker::new(seed);
        let mut steps = maker.first_day();
        let count = steps.len() + maker.rng.usize(30..110);
        while steps.len() < count {
            let operation = maker.operation();
            steps.push(Step { dice: maker.rng.u32(..), operation });
        }
        Self { cast: maker.cast.into_iter().map(Who::from).collect(), steps }
    }

    /// The schedule that a trace describes, a step a line.
    ///
    /// # Errors
    /// When a line cannot be read.
    pub fn of_trace(trace: &str) -> Result<Self, serde_json::Error> {
        let mut lines = trace.lines().filter(|line| line.trim_start().starts_with(['{', '[']));
        let cast = serde_json::from_str(lines.next().unwrap_or_default())?;
        let steps = lines.map(serde_json::from_str).collect::<Result<_, _>>()?;
        Ok(Self { cast, steps })
    }

    /// The schedule as a trace.
    ///
    /// # Errors
    /// Never for what [`Schedule::of_trace`] can read.
    pub fn to_trace(&self) -> Result<String, serde_json::Error> {
        let mut lines = vec![serde_json::to_string(&self.cast)?];
        for step in &self.steps {
            lines.push(serde_json::to_string(step)?);
        }
        Ok(lines.join("\n"))
    }

    /// The machines that take part.
    pub(crate) fn cast(&self) -> Vec<Name> {
        self.cast.iter().map(|who| who.name).collect()
    }
}

struct Maker {
    rng: Rng,
    cast: Vec<Name>,
    /// Most happens to this one.
    focus: Name,
    /// How often each group of operations comes, of 0 to 3: runs differ in what they are about.
    taste: [usize; 8],
}

impl Maker {
    fn new(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut cast = vec![Name::Hub, Name::A1];
        for (name, of_ten) in [(Name::Hub2, 3), (Name::A2, 7), (Name::B1, 6), (Name::C1, 3)] {
            if rng.u8(..10) < of_ten {
                cast.push(name);
            }
        }
        if rng.u8(..5) < 2 {
            cast.extend([Name::Upper, Name::Town, Name::Other]);
        }
        let focus = cast[rng.usize(..cast.len())];
        let taste = std::array::from_fn(|_| rng.usize(..4));
        Self { rng, cast, focus, taste }
    }

    /// Most towns have everybody connected once before the trouble begins.
    fn first_day(&mut self) -> Vec<Step> {
        if self.rng.u8(..4) == 0 {
            return Vec::new();
        }
        let dial = |name: &Name| Operation::Dial { at: (*name).into() };
        let mut operations: Vec<Operation> =
            self.cast.iter().filter(|name| !name.is_hub()).map(dial).collect();
        operations.push(Operation::Deliver { steps: 120 });
        operations.into_iter().map(|operation| Step { dice: self.rng.u32(..), operation }).collect()
    }

    fn who(&mut self) -> Who {
        let name = match self.rng.u8(..5) {
            0..2 => self.focus,
            _ => self.cast[self.rng.usize(..self.cast.len())],
        };
        Who { name, copy: self.rng.u8(..6) == 0 }
    }

    /// One of those that write reports, more often than not.
    fn writer(&mut self) -> Who {
        let mut who = self.who();
        for _ in 0..4 {
            if who.name.is_office() {
                break;
            }
            who = self.who();
        }
        Who { copy: who.copy && self.rng.bool(), ..who }
    }

    fn period(&mut self) -> u8 {
        u8::from(self.rng.u8(..4) == 0)
    }

    fn value(&mut self) -> u32 {
        self.rng.u32(..20)
    }

    fn operation(&mut self) -> Operation {
        let weights = [
            10,
            10,
            2 + self.taste[0],
            1 + self.taste[1],
            self.taste[2],
            self.taste[3],
            self.taste[4],
            self.taste[5],
            1 + self.taste[6] / 2,
        ];
        let mut draw = self.rng.usize(..weights.iter().sum::<usize>());
        let group = weights.iter().position(|weight| {
            let hit = draw < *weight;
            draw = draw.saturating_sub(*weight);
            hit
        });
        match group {
            Some(0) => self.work(),
            Some(1) => self.progress(),
            Some(2) => self.connection(),
            Some(3) => self.submission(),
            Some(4) => self.bad_line(),
            Some(5) => self.bad_disk(),
            Some(6) => self.copies(),
            Some(7) => self.membership(),
            _ => self.housekeeping(),
        }
    }

    fn work(&mut self) -> Operation {
        let (at, period) = (self.writer(), self.period());
        match self.rng.u8(..10) {
            0..5 => {
                let value = (self.rng.u8(..6) > 0).then(|| self.value());
                Operation::Edit { at, period, cell: self.rng.u8(..CELLS), value }
            }
            5..7 => {
                let count = self.rng.usize(2..6);
                let cells = (0..count).map(|_| (self.rng.u8(..CELLS), self.value())).collect();
                Operation::Paste { at, period, cells }
            }
            7..9 => {
                let (section, place) = (self.rng.u8(..2), self.rng.u8(..8));
                Operation::Write { at, period, section, place }
            }
            _ => {
                let hub2 = self.cast.contains(&Name::Hub2) && self.rng.bool();
                let at = if hub2 { Name::Hub2 } else { Name::Hub };
                Operation::Annotate { at: at.into(), period }
            }
        }
    }

    fn progress(&mut self) -> Operation {
        match self.rng.u8(..12) {
            0..7 => Operation::Deliver { steps: self.rng.u8(1..30) },
            7 => Operation::Wait { seconds: [1, 6, 25, 70, 600][self.rng.usize(..5)] },
            8..10 => Operation::Save { at: self.writer() },
            _ => Operation::Start { at: self.who() },
        }
    }

    fn connection(&mut self) -> Operation {
        let at = self.who();
        match self.rng.u8(..10) {
            0..6 => Operation::Dial { at },
            6..8 => Operation::Twice { at },
            8 => Operation::Replay { at },
            _ => Operation::HangUp { at },
        }
    }

    fn submission(&mut self) -> Operation {
        match self.rng.u8(..9) {
            0..5 => Operation::Submit { at: self.writer(), period: self.period() },
            5 => Operation::Lock { period: self.period(), closed: true },
            6 => Operation::Lock { period: self.period(), closed: false },
            // Without a town above there is nobody to report to.
            _ if self.cast.contains(&Name::Town) => Operation::Report { period: self.period() },
            _ => Operation::Submit { at: self.writer(), period: self.period() },
        }
    }

    fn bad_line(&mut self) -> Operation {
        let at = self.who();
        let direction = if self.rng.bool() { Direction::Up } else { Direction::Down };
        match self.rng.u8(..8) {
            0..4 => {
                let late = [self.lateness(), self.lateness()];
                Operation::Cut { at, direction, bytes: self.rng.u32(..1500), late }
            }
            4..6 => Operation::Delay { at, millis: self.rng.u32(..5000) },
            _ => Operation::Stall { at, direction },
        }
    }

    fn lateness(&mut self) -> u32 {
        [0, 0, 300, 20_000, 60_000][self.rng.usize(..5)]
    }

    fn bad_disk(&mut self) -> Operation {
        let at = self.who();
        match self.rng.u8(..10) {
            0..3 => Operation::Kill { at },
            3..7 => {
                let fault = Fault::ALL[self.rng.usize(..Fault::ALL.len())];
                Operation::Fail { at, after: self.rng.u8(..4), fault }
            }
            _ => Operation::Flip { at, bit: self.rng.u64(..1_000_000), noticed: self.rng.bool() },
        }
    }

    fn copies(&mut self) -> Operation {
        let at = self.who();
        match self.rng.u8(..7) {
            0..3 => Operation::Backup { at },
            3..6 => Operation::Restore { at, backup: self.rng.u8(..3), new_epoch: self.rng.bool() },
            _ => Operation::CloneDisk { at: at.name.into() },
        }
    }

    fn membership(&mut self) -> Operation {
        match self.rng.u8(..9) {
            0..3 => Operation::Enrol { at: Name::C1.into() },
            3 => Operation::Revoke { at: self.writer().name.into() },
            4 => {
                let forgery = Forgery::ALL[self.rng.usize(..Forgery::ALL.len())];
                Operation::Forge { at: self.writer().name.into(), forgery }
            }
            5 => Operation::Enrol { at: self.writer() },
            6 => Operation::Adopt { at: self.writer() },
            _ => Operation::Foreign {
                at: self.writer(),
                period: self.period(),
                cell: self.rng.u8(..CELLS),
                value: self.value(),
                unknown: self.rng.bool(),
            },
        }
    }

    fn housekeeping(&mut self) -> Operation {
        let at = self.who();
        match self.rng.u8(..2) {
            0 => Operation::Compact { at },
            _ => {
                let years = [-60, -3, -1, 1, 5, 60][self.rng.usize(..6)];
                Operation::Clock { at, years }
            }
        }
    }
}

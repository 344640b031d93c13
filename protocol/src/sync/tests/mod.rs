//! The machine on simulated lines.

mod budgets;
mod flow;
mod hostile;
mod report;
mod storm;
mod world;

//! The machine on simulated lines.

mod budgets;
mod cuts;
mod flow;
mod hostile;
mod report;
mod world;

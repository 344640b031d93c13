//! The machine on simulated lines.

mod admission;
mod appeals;
mod beliefs;
mod budgets;
mod cuts;
mod flow;
mod hostile;
mod refused;
mod report;
mod seals;
mod world;

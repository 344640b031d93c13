//! The machine on simulated lines.

mod admission;
mod budgets;
mod flow;
mod hostile;
mod report;
mod seals;
mod storm;
mod world;

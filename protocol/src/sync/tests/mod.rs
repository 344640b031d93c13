//! The machine on simulated lines.

mod budgets;
mod flow;
mod hostile;
mod report;
mod seals;
mod storm;
mod world;

//! The machine on simulated lines.

mod admission;
mod appeals;
mod asking;
mod budgets;
mod cuts;
mod flow;
mod hostile;
mod report;
mod seals;
mod world;

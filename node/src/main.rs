//! The `hopluu` program: see [`hopluu_node::cli`].

fn main() -> std::process::ExitCode {
    hopluu_node::cli::run(std::env::args_os())
}

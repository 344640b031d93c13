//! The program's window: a page of one node, and what a system's desktop offers beside it.
//!
//! All that is not the system's own lies in `hopluu_node::window`, where it is tested without a window.

#![cfg_attr(windows, windows_subsystem = "windows")]

mod desktop;
mod ending;
mod tray;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use hopluu_node::data_dir::DataDir;
use hopluu_node::messages::{Catalogue, Language};
use hopluu_node::problem::{Problem, Reason, Refusal};
use hopluu_node::window::{Ask, Bridge, First, Labels, SCHEME, Start, Told, start};
use tauri::async_runtime::spawn;
use tauri::{AppHandle, Manager as _, RunEvent};
use tauri_plugin_notification::NotificationExt as _;
use tokio::sync::mpsc;

use desktop::SystemDialogs;
use ending::Ending;

/// Opens the window of Hợp Lưu.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The data directory; the platform's place when absent.
    #[arg(long, env = "HOPLUU_DATA")]
    data: Option<PathBuf>,
    /// An invitation or a file of figures to be opened.
    file: Option<PathBuf>,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let language = Language::from_locale(sys_locale::get_locale().as_deref());
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("error,sled=off")),
        )
        .log_internal_errors(false)
        .with_writer(std::io::stderr)
        .init();
    match run(args, language) {
        Ok(()) => ExitCode::SUCCESS,
        Err(mut refusal) => {
            Catalogue::new(language).translate(&mut refusal);
            let told: Vec<String> =
                refusal.problems.into_iter().map(|problem| problem.message).collect();
            // There is no window to say it in.
            desktop::tell_alone(&told.join("\n"));
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args, language: Language) -> Result<(), Refusal> {
    let internal = |error: &dyn std::fmt::Display| {
        Refusal::new(Reason::Failed, Problem::new("internal", error))
    };
    let dir = args.data.map(DataDir::new).or_else(DataDir::default_for_platform);
    let dir = dir.ok_or_else(|| internal(&"this system has no home directory"))?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| internal(&error))?;
    tauri::async_runtime::set(runtime.handle().clone());
    let ask = Ask { open: args.file.and_then(|file| std::path::absolute(file).ok()) };
    let first = match runtime.block_on(start(&dir, &ask))? {
        Start::First(first) => first,
        Start::Second => return Ok(()),
    };
    let dialogs = SystemDialogs::new(&Labels::new(language));
    let begun = runtime.block_on(async { Bridge::begin(dir.clone(), language, dialogs.clone()) });
    let (bridge, told) = begun;
    if let Some(file) = &ask.open {
        bridge.offer(file)?;
    }
    let ending = Arc::new(Ending::default());
    let app = builder(&dir, &bridge, &ending)
        .setup({
            let (dir, bridge) = (dir.clone(), bridge.clone());
            move |app| {
                app.manage(ending::Spoken::new(language));
                dialogs.belong_to(app.handle());
                window::open(app.handle(), &dir)?;
                #[cfg(unix)]
                ending::when_asked(&ending, app.handle(), &bridge);
                let tray = tray::make(app.handle(), language, &bridge, &ending);
                let other_starts = answer_other_starts(app.handle().clone(), bridge, first, ending);
                spawn(other_starts);
                spawn(tell(app.handle().clone(), tray, told));
                Ok(())
            }
        })
        .build(tauri::generate_context!())
        .map_err(|error| internal(&error))?;
    let code = app.run_return(|_, event| {
        // All windows gone is no end: `Ending` says when.
        if let RunEvent::ExitRequested { api, code: None, .. } = event {
            api.prevent_exit();
        }
    });
    tracing::debug!(code, "the window is closed");
    runtime.shutdown_background();
    Ok(())
}

/// What the program's web view may do, and what happens in its window.
fn builder(dir: &DataDir, bridge: &Bridge, ending: &Arc<Ending>) -> tauri::Builder<tauri::Wry> {
    let (answers, drops, closing) = (bridge.clone(), bridge.clone(), bridge.clone());
    let ending = Arc::clone(ending);
    tauri::Builder::default()
        .plugin(window::without_browser_keys())
        .plugin(window::remembered(dir))
        .plugin(tauri_plugin_dialog::init())
        .plugin(tauri_plugin_notification::init())
        .register_asynchronous_uri_scheme_protocol(SCHEME, move |_, request, responder| {
            let bridge = answers.clone();
            spawn(async move { responder.respond(bridge.answer(request).await) });
        })
        .on_window_event(move |window, event| match event {
            tauri::WindowEvent::DragDrop(tauri::DragDropEvent::Drop { paths, .. }) => {
                for path in paths.iter().take(1) {
                    if let Err(refusal) = drops.offer(path) {
                        tracing::warn!(%refusal, "a file that was dropped is not taken");
                    }
                }
            }
            tauri::WindowEvent::CloseRequested { api, .. } => {
                api.prevent_close();
                ending.begin(window.app_handle(), &closing);
            }
            _ => {}
        })
}

/// Shows this window when the program is started again, with the file that was opened.
///
/// While the program ends, no start is answered. Whoever waits then opens a window of its own, or is shown this one if
/// it stays after all.
async fn answer_other_starts(
    app: AppHandle,
    bridge: Bridge,
    mut first: First,
    ending: Arc<Ending>,
) {
    let mut starts = first.answer(&bridge);
    loop {
        ending.is(false).await;
        let asked = tokio::select! {
            asked = starts.recv() => asked,
            () = ending.is(true) => continue,
        };
        let Some(asked) = asked else { return };
        let ask = asked.take();
        window::show(&app);
        if let Some(file) = ask.open
            && let Err(refusal) = bridge.offer(&file)
        {
            tracing::warn!(%refusal, "a file that was opened is not taken");
        }
    }
}

/// Tells outside the window what is to be told.
async fn tell(app: AppHandle, mut tray: Option<tray::Tray>, mut told: mpsc::Receiver<Told>) {
    while let Some(told) = told.recv().await {
        match told {
            Told::Line(line) => tray.iter_mut().for_each(|tray| tray.say(&line)),
            Told::Language(language) => {
                app.state::<ending::Spoken>().set(language);
                tray.iter_mut().for_each(|tray| tray.speak(language));
            }
            Told::Word(word) => notify(&app, &word),
        }
    }
}

/// Shows a notification. A desktop without any is no reason to stop.
fn notify(app: &AppHandle, word: &str) {
    let shown = app.notification().builder().title("Hợp Lưu").body(word).show();
    if let Err(error) = shown {
        tracing::info!(%error, word, "this desktop shows no notifications");
    }
}

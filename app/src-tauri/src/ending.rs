//! How the program ends: hidden at once, gone when all is durable.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use hopluu_node::messages::Language;
use hopluu_node::window::{Bridge, Closing, unsaved_words};
use tauri::async_runtime::spawn;
use tauri::{AppHandle, Manager as _};
use tokio::sync::watch;

use crate::window;

/// The language of what the shell says.
pub(crate) struct Spoken(Mutex<Language>);

impl Spoken {
    pub(crate) fn new(language: Language) -> Self {
        Self(Mutex::new(language))
    }

    pub(crate) fn set(&self, language: Language) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = language;
    }

    fn get(&self) -> Language {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends the program when the session ends, or somebody asks it to: what is being typed is saved as when its window is
/// closed. Windows asks in another way (`RunEvent::Exit`), and waits for nothing.
#[cfg(unix)]
pub(crate) fn when_asked(ending: &Arc<Ending>, app: &AppHandle, bridge: &Bridge) {
    use tokio::signal::unix::{SignalKind, signal};

    let signals = [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
    for kind in signals {
        let (ending, app, bridge) = (Arc::clone(ending), app.clone(), bridge.clone());
        spawn(async move {
            match signal(kind) {
                Ok(mut asked) => {
                    while asked.recv().await.is_some() {
                        ending.begin(&app, &bridge);
                    }
                }
                Err(error) => tracing::warn!(%error, "this program ends without being asked"),
            }
        });
    }
}

/// Whether the program is about to end.
#[derive(Default)]
pub(crate) struct Ending {
    is_under_way: watch::Sender<bool>,
    /// It could not be ended before, because something was not written: a person who closes again means it.
    was_refused: AtomicBool,
}

impl Ending {
    /// Hides the window and ends the program when all is durable. Otherwise the window comes back and says why.
    pub(crate) fn begin(self: &Arc<Self>, app: &AppHandle, bridge: &Bridge) {
        if self.is_under_way.send_replace(true) {
            return;
        }
        if let Some(window) = app.get_webview_window(window::LABEL)
            && let Err(error) = window.hide()
        {
            tracing::warn!(%error, "the window stays until all is written");
        }
        let (ending, app, bridge) = (Arc::clone(self), app.clone(), bridge.clone());
        spawn(async move {
            match bridge.close().await {
                Closing::Durable => app.exit(0),
                Closing::Unsaved(_) if ending.was_refused.load(Ordering::SeqCst) => {
                    bridge.leave().await;
                    app.exit(0);
                }
                Closing::Unsaved(count) => {
                    ending.was_refused.store(true, Ordering::SeqCst);
                    ending.is_under_way.send_replace(false);
                    window::show(&app);
                    crate::notify(&app, &unsaved_words(app.state::<Spoken>().get(), count));
                }
            }
        });
    }

    /// Waits until the program is about to end, or until it is not any more.
    pub(crate) async fn is(&self, under_way: bool) {
        // The sender is this.
        drop(self.is_under_way.subscribe().wait_for(|now| *now == under_way).await);
    }
}

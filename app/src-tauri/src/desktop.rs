//! The system's dialogs.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use hopluu_node::window::{Desktop, Labels};
use tauri::{AppHandle, Manager as _};
use tauri_plugin_dialog::{DialogExt as _, FileDialogBuilder};

/// Dialogs that belong to the program's window, once there is one.
#[derive(Clone)]
pub(crate) struct SystemDialogs {
    app: Arc<OnceLock<AppHandle>>,
    files: String,
}

impl SystemDialogs {
    pub(crate) fn new(labels: &Labels) -> Self {
        Self { app: Arc::default(), files: labels.files.clone() }
    }

    pub(crate) fn belong_to(&self, app: &AppHandle) {
        // It is set once.
        drop(self.app.set(app.clone()));
    }

    fn dialog(&self) -> Option<FileDialogBuilder<tauri::Wry>> {
        let app = self.app.get()?;
        let dialog = app.dialog().file();
        Some(match app.get_webview_window(crate::window::LABEL) {
            Some(window) => dialog.set_parent(&window),
            None => dialog,
        })
    }
}

impl Desktop for SystemDialogs {
    fn choose_file(&self, endings: &[String]) -> Option<PathBuf> {
        let endings: Vec<&str> = endings.iter().map(String::as_str).collect();
        let dialog = self.dialog()?.add_filter(&self.files, &endings);
        dialog.blocking_pick_file()?.into_path().ok()
    }

    fn choose_place(&self, name: &str) -> Option<PathBuf> {
        let mut dialog = self.dialog()?.set_file_name(name);
        if let Some((_, ending)) = name.rsplit_once('.') {
            dialog = dialog.add_filter(ending.to_uppercase(), &[ending]);
        }
        dialog.blocking_save_file()?.into_path().ok()
    }
}

/// Says why there is no window.
#[allow(clippy::print_stderr, reason = "for whoever started it in a terminal")]
pub(crate) fn tell_alone(words: &str) {
    eprintln!("{words}");
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title("Hợp Lưu")
        .set_description(words)
        .show();
}

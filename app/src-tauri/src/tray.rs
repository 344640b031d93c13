//! The program beside the clock: what the line does, open, quit.

use std::sync::Arc;

use hopluu_node::messages::Language;
use hopluu_node::window::{Bridge, Labels};
use tauri::AppHandle;
use tauri::menu::{Menu, MenuItem, PredefinedMenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};

use crate::ending::Ending;
use crate::window;

const OPEN: &str = "open";
const QUIT: &str = "quit";

/// What stands beside the clock.
pub(crate) struct Tray {
    icon: TrayIcon,
    line: MenuItem<tauri::Wry>,
    open: MenuItem<tauri::Wry>,
    quit: MenuItem<tauri::Wry>,
}

/// Puts the program beside the clock; `None` where the desktop has no such place.
pub(crate) fn make(
    app: &AppHandle,
    language: Language,
    bridge: &Bridge,
    ending: &Arc<Ending>,
) -> Option<Tray> {
    // The library that draws it is loaded as it is used, and panics where it is missing.
    let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        build(app, &Labels::new(language), bridge.clone(), Arc::clone(ending))
    }));
    match made {
        Ok(Ok(tray)) => Some(tray),
        Ok(Err(error)) => {
            tracing::info!(%error, "this desktop has no place beside the clock");
            None
        }
        Err(_) => {
            tracing::info!("this desktop has no place beside the clock");
            None
        }
    }
}

fn build(
    app: &AppHandle,
    labels: &Labels,
    bridge: Bridge,
    ending: Arc<Ending>,
) -> tauri::Result<Tray> {
    let line = MenuItem::with_id(app, "line", "Hợp Lưu", false, None::<&str>)?;
    let open = MenuItem::with_id(app, OPEN, &labels.open, true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, &labels.quit, true, None::<&str>)?;
    let rule = PredefinedMenuItem::separator(app)?;
    let menu = Menu::with_items(app, &[&line, &rule, &open, &quit])?;
    let mut builder = TrayIconBuilder::new()
        .menu(&menu)
        .show_menu_on_left_click(false)
        .tooltip("Hợp Lưu")
        .on_menu_event(move |app, event| match event.id().as_ref() {
            OPEN => window::show(app),
            QUIT => ending.begin(app, &bridge),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        builder = builder.icon(icon.clone());
    }
    Ok(Tray { icon: builder.build(app)?, line, open, quit })
}

impl Tray {
    /// Says what the line does. Linux shows it in the menu, Windows also under the pointer.
    pub(crate) fn say(&mut self, line: &str) {
        told(self.line.set_text(line));
        told(self.icon.set_tooltip(Some(format!("Hợp Lưu: {line}"))));
    }

    /// Speaks another language.
    pub(crate) fn speak(&mut self, language: Language) {
        let labels = Labels::new(language);
        told(self.open.set_text(labels.open));
        told(self.quit.set_text(labels.quit));
    }
}

fn told(outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::info!(%error, "the place beside the clock says something old");
    }
}

//! The window: what it loads, what it remembers, which keys are the page's.

use hopluu_node::data_dir::DataDir;
use hopluu_node::window::PAGE;
use tauri::plugin::TauriPlugin;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Manager as _, Url, WebviewUrl, WebviewWindowBuilder, Wry};
use tauri_plugin_prevent_default::Flags;
use tauri_plugin_window_state::StateFlags;

/// The name of the window, for capabilities too.
pub(crate) const LABEL: &str = "main";
/// What the page is laid out for, css pixels.
const SIZE: (f64, f64) = (1280.0, 760.0);
/// The smallest that it is laid out for: text of 200 % on a screen of 1366×768.
const SMALLEST: (f64, f64) = (640.0, 400.0);

/// Opens the window over the node's page.
pub(crate) fn open(app: &AppHandle, dir: &DataDir) -> tauri::Result<()> {
    let page: Url = PAGE.parse().map_err(|_| tauri::Error::InvalidWebviewUrl("the page"))?;
    let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::CustomProtocol(page))
        .title("Hợp Lưu")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .center()
        .prevent_overflow()
        // What a page could not hand over lies there: each node has its own.
        .data_directory(dir.path().join("window"))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // The page has a text size of its own.
        .zoom_hotkeys_enabled(false)
        .general_autofill_enabled(false)
        .devtools(cfg!(debug_assertions))
        .build()?;
    #[cfg(target_os = "linux")]
    window.with_webview(load_again_when_gone)?;
    #[cfg(not(target_os = "linux"))]
    drop(window);
    Ok(())
}

/// Loads the page again when its process has gone: the system ends the largest when memory is short. Whatever the page
/// had shown as saved is the node's, and what it had not saved lies in its storage.
#[cfg(target_os = "linux")]
fn load_again_when_gone(view: tauri::webview::PlatformWebview) {
    use std::cell::Cell;
    use std::time::{Duration, Instant};
    use webkit2gtk::WebViewExt as _;

    /// A page that goes sooner than this would only go again.
    const LIVES_FOR: Duration = Duration::from_secs(5);

    let last = Cell::new(None::<Instant>);
    view.inner().connect_web_process_terminated(move |view, reason| {
        tracing::warn!(?reason, "the page's process has gone");
        let now = Instant::now();
        if last.replace(Some(now)).is_none_or(|last| now - last > LIVES_FOR) {
            view.load_uri(PAGE);
        }
    });
}

/// Brings the window to the front.
pub(crate) fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let shown = window.show().and_then(|()| window.unminimize()).and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window is not shown");
    }
}

/// Whether an address is the node's own: the window shows nothing else.
fn is_own(url: &Url) -> bool {
    let own = matches!(
        (url.scheme(), url.host_str()),
        ("hopluu", Some("localhost")) | ("http", Some("hopluu.localhost"))
    );
    own && url.port().is_none()
}

/// Remembers size, not place: a window at a place of a screen that is gone cannot be seen.
pub(crate) fn remembered(dir: &DataDir) -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::MAXIMIZED)
        // An absolute path stands for itself: each node remembers its own.
        .with_filename(dir.path().join("window-state.json").display().to_string())
        .build()
}

/// Takes the browser's keys away: reload, print, find and the like are not the page's. Tab and the menu of the right
/// button in a field stay.
pub(crate) fn without_browser_keys() -> TauriPlugin<Wry> {
    let kept = Flags::FOCUS_MOVE | Flags::CONTEXT_MENU;
    let builder =
        tauri_plugin_prevent_default::Builder::new().with_flags(Flags::all().difference(kept));
    #[cfg(windows)]
    let builder = builder.platform(
        tauri_plugin_prevent_default::PlatformOptions::new()
            .browser_accelerator_keys(false)
            .general_autofill(false)
            .password_autosave(false),
    );
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_the_nodes_page_and_nothing_else() {
        for own in ["hopluu://localhost/", "http://hopluu.localhost/#/2023-q1/home"] {
            assert!(is_own(&own.parse().unwrap()), "{own}");
        }
        for other in [
            "https://hopluu.localhost/",
            "http://hopluu.localhost:8080/",
            "http://hopluu.localhost.example.com/",
            "http://localhost/",
            "hopluu://elsewhere/",
            "tauri://localhost/",
            "file:///etc/passwd",
            "about:blank",
            "data:text/html,x",
            "javascript:alert(1)",
        ] {
            assert!(!is_own(&other.parse().unwrap()), "{other}");
        }
    }
}

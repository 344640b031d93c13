//! Events: what changed, for whoever shows it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::changes::Change;
use crate::node::Node;
use crate::problem::Refusal;

/// How often something is sent where nothing happens: whoever is gone is noticed by it.
const BREATH: Duration = Duration::from_secs(15);

/// What has to be said next.
enum Next {
    Hello,
    Changes,
}

/// What changed, as server-sent events: `hello` with the present revision first, and again whenever some were
/// missed; then `change` after `change`.
#[utoipa::path(get, path = "/api/events",
    responses((status = 200, body = Change, content_type = "text/event-stream"),
        (status = "4XX", body = Refusal)))]
pub(crate) async fn events(
    State(node): State<Arc<Node>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let heard = node.keeper().changes().listen();
    Sse::new(unfold((node, heard, Next::Hello), next)).keep_alive(KeepAlive::new().interval(BREATH))
}

type Listening = (Arc<Node>, Receiver<Change>, Next);

async fn next(
    (node, mut heard, next): Listening,
) -> Option<(Result<Event, Infallible>, Listening)> {
    let said = match next {
        Next::Hello => ("hello", hello(&node)),
        Next::Changes => match heard.recv().await {
            Ok(change) => ("change", change),
            Err(RecvError::Lagged(_)) => ("hello", hello(&node)),
            // The keeper has stopped.
            Err(RecvError::Closed) => return None,
        },
    };
    let (name, change) = said;
    let data = serde_json::to_string(&change).unwrap_or_default();
    let event = Event::default().event(name).data(data);
    Some((Ok(event), (node, heard, Next::Changes)))
}

/// Everything may look different.
fn hello(node: &Node) -> Change {
    let changes = node.keeper().changes();
    let run = Some(changes.run().to_owned());
    Change { revision: changes.revision(), scope: "all".to_owned(), run }
}

//! The local API: the one way in for the command line, the desktop and the web.
//!
//! A [`Router`] that can be called in the same process or mounted on loopback (see [`server`]), and its
//! description as OpenAPI. People's messages come in the language of `accept-language`; a person's name
//! comes as the query parameter `person`, since header values are no place for Vietnamese letters.

mod cells;
mod error;
mod events;
mod figures;
mod import;
mod invitation;
mod machines;
mod page_files;
mod page_place;
mod pages;
mod periods;
mod reports;
pub mod server;
mod session;
mod settings;
mod stuck;
mod templates;
mod texts;
mod town;
mod town_file;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use serde::Deserialize;
use utoipa::{IntoParams, OpenApi};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use cells::Typed;
pub use error::ApiError;
pub use invitation::{InvitationReading, InvitationText};
pub use machines::{HubAddresses, RevokeRequest};
pub(crate) use page_files::{guard_content, say_what_browsers_may_do};
pub use periods::{CloseRequest, OpenRequest};
pub use reports::{FormatName, PartName};
pub(crate) use session::LINK_PATH;
pub use session::SessionLink;
pub use texts::TextsView;
pub use town::{InitRequest, InviteRequest, JoinRequest};
pub use town_file::TownRequest;

use crate::import::MAX_FILE_BYTES;
use crate::node::Node;
use crate::problem::{Problem, Reason, Refusal};

/// Description of the API as a whole.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hợp Lưu, local API",
        description = "What one node offers to its own desktop, web page and command line."
    ),
    // What only query parameters name is not gathered by itself.
    components(schemas(FormatName, PartName))
)]
struct Description;

/// Who acts.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Actor {
    /// The person's name, as the history of each cell shows it.
    #[serde(default)]
    pub(crate) person: String,
}

/// The API of a node.
pub fn router(node: Arc<Node>) -> Router {
    let (router, description) = parts();
    let description = axum::Json(description);
    router
        .route("/api/openapi.json", axum::routing::get(move || async move { description.clone() }))
        .layer(DefaultBodyLimit::max(MAX_FILE_BYTES))
        .layer(axum::middleware::from_fn(error::as_refusals))
        .with_state(node)
}

/// The API of a node and the page that uses it, on one origin.
pub fn site(node: Arc<Node>) -> Router {
    router(node)
        .route("/api/{*unknown}", axum::routing::any(unknown))
        .fallback(page_files::serve)
        .layer(axum::middleware::from_fn(page_files::guard_content))
}

/// A path that the API does not have.
async fn unknown(spoken: error::Spoken) -> ApiError {
    let problem = Problem::new("request-unknown", "the API has no such path");
    spoken.refusal(Refusal::new(Reason::NotFound, problem))
}

/// The API's description.
pub fn openapi() -> utoipa::openapi::OpenApi {
    parts().1
}

fn parts() -> (Router<Arc<Node>>, utoipa::openapi::OpenApi) {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(town::status))
        .routes(routes!(town::init))
        .routes(routes!(town::invite, machines::invitations))
        .routes(routes!(machines::withdraw))
        .routes(routes!(machines::list))
        .routes(routes!(machines::revoke))
        .routes(routes!(machines::move_hub))
        .routes(routes!(stuck::list))
        .routes(routes!(stuck::adopt))
        .routes(routes!(town::join))
        .routes(routes!(town::sync))
        .routes(routes!(town_file::show))
        .routes(routes!(town_file::check))
        .routes(routes!(town_file::apply))
        .routes(routes!(periods::list))
        .routes(routes!(periods::open))
        .routes(routes!(periods::close))
        .routes(routes!(periods::quarters))
        .routes(routes!(templates::get))
        .routes(routes!(templates::publish))
        .routes(routes!(figures::form))
        .routes(routes!(figures::figures))
        .routes(routes!(figures::edits))
        .routes(routes!(cells::list))
        .routes(routes!(cells::get, cells::set))
        .routes(routes!(cells::history))
        .routes(routes!(cells::conflicts))
        .routes(routes!(texts::conflicts))
        .routes(routes!(import::import))
        .routes(routes!(texts::list))
        .routes(routes!(texts::get, texts::edit))
        .routes(routes!(texts::history))
        .routes(routes!(texts::heads))
        .routes(routes!(reports::readiness))
        .routes(routes!(reports::submit))
        .routes(routes!(reports::report))
        .routes(routes!(reports::problems))
        .routes(routes!(pages::list))
        .routes(routes!(pages::picture))
        .routes(routes!(settings::settings, settings::set_settings))
        .routes(routes!(settings::ui_state, settings::set_ui_state))
        .routes(routes!(invitation::read))
        .routes(routes!(events::events))
        .split_for_parts()
}

#[cfg(test)]
mod tests;

//! The door: who gets in, and by what.

use axum::body::Body;
use axum::http::header::{COOKIE, HOST, LOCATION, ORIGIN, SET_COOKIE};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt as _;

use super::super::session::{LINK_LIFE, LINK_PATH, SessionLink};
use super::*;

const PORT: u16 = 4711;
const HERE: &str = "127.0.0.1:4711";

/// A site that says yes to everything, behind a door.
fn site() -> Router {
    let yes = Router::new().route("/api/status", get(async || "figures").put(async || "written"));
    let yes = yes.fallback(async || "page");
    doored(yes, Door::new("secret", &page_place::new_name().unwrap(), PORT, "this-run"))
}

fn request(path: &str, headers: &[(&str, &str)]) -> Request<Body> {
    let mut request = Request::builder().uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).unwrap()
}

async fn ask(site: &Router, path: &str, headers: &[(&str, &str)]) -> StatusCode {
    answer(site, request(path, headers)).await.status()
}

async fn answer(site: &Router, request: Request<Body>) -> Response {
    site.clone().oneshot(request).await.unwrap()
}

const TOKEN: (&str, &str) = ("authorization", "Bearer secret");

/// A link, as the command line gets it: the name that it leads to, and its path.
async fn link(site: &Router) -> (String, String) {
    let mut asked = request(LINK_PATH, &[("host", HERE), TOKEN]);
    *asked.method_mut() = Method::POST;
    let response = answer(site, asked).await;
    assert_eq!(response.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
    let link: SessionLink = serde_json::from_slice(&bytes).unwrap();
    let rest = link.url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    (host.to_owned(), format!("/{path}"))
}

/// The cookie that a link gives.
async fn enter(site: &Router, host: &str, path: &str) -> Option<String> {
    let response = answer(site, request(path, &[("host", host)])).await;
    if response.status() != StatusCode::SEE_OTHER {
        assert!(response.headers().get(SET_COOKIE).is_none());
        return None;
    }
    assert_eq!(response.headers()[LOCATION], "/");
    let cookie = response.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for wanted in ["HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.split("; ").any(|part| part == wanted), "{cookie}");
    }
    Some(cookie.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn figures_are_for_who_has_the_token_and_the_page_is_for_everybody_here() {
    let site = site();
    assert_eq!(ask(&site, "/api/status", &[("host", HERE)]).await, StatusCode::UNAUTHORIZED);
    for wrong in ["Bearer secrets", "Bearer ", "secret", "bearer secret"] {
        let headers = [("host", HERE), ("authorization", wrong)];
        assert_eq!(ask(&site, "/api/status", &headers).await, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    for host in [HERE, "localhost:4711"] {
        assert_eq!(ask(&site, "/api/status", &[("host", host), TOKEN]).await, StatusCode::OK);
    }
    for path in ["/", "/assets/app.js", "/2023-q1/figures"] {
        assert_eq!(ask(&site, path, &[("host", HERE)]).await, StatusCode::OK);
    }
    // Nothing of the API hides behind another way of writing its path.
    for path in ["/api", "/api/", "/api//status", "/api/session/link"] {
        assert_eq!(ask(&site, path, &[("host", HERE)]).await, StatusCode::UNAUTHORIZED, "{path}");
    }
}

/// After DNS rebinding a browser sends the attacker's name, with whatever it has for it.
#[tokio::test]
async fn another_name_than_its_own_gets_nothing_not_even_with_the_token() {
    let site = site();
    for host in [
        "evil.example:4711",
        "127.0.0.1",
        "127.0.0.1:80",
        "localhost",
        "0123456789abcdef.localhost:4711",
        "",
    ] {
        for path in ["/api/status", "/"] {
            let got = ask(&site, path, &[("host", host), TOKEN]).await;
            assert_eq!(got, StatusCode::MISDIRECTED_REQUEST, "{host}");
        }
    }
    assert_eq!(ask(&site, "/api/status", &[TOKEN]).await, StatusCode::MISDIRECTED_REQUEST);
    let two = [("host", HERE), ("host", "evil.example:4711"), TOKEN];
    assert_eq!(ask(&site, "/api/status", &two).await, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_with_every_credential() {
    let site = site();
    let (host, path) = link(&site).await;
    let cookie = enter(&site, &host, &path).await.unwrap();
    let own = format!("http://{host}");
    let with = |origin| [("host", host.as_str()), ("cookie", cookie.as_str()), ("origin", origin)];
    assert_eq!(ask(&site, "/api/status", &with(&own)).await, StatusCode::OK);
    let https = format!("https://{host}");
    for origin in
        ["http://evil.example", "null", "http://127.0.0.1:9999", "http://localhost:4711", &https]
    {
        for method in [Method::GET, Method::PUT] {
            let mut asked = request("/api/status", &with(origin));
            *asked.method_mut() = method;
            let got = answer(&site, asked).await.status();
            assert_eq!(got, StatusCode::FORBIDDEN, "{origin}");
        }
        let headers = [("host", HERE), TOKEN, ("origin", origin)];
        assert_eq!(ask(&site, "/api/status", &headers).await, StatusCode::FORBIDDEN, "{origin}");
    }
    assert_eq!((HOST.as_str(), ORIGIN.as_str(), COOKIE.as_str()), ("host", "origin", "cookie"));
}

#[tokio::test]
async fn a_link_is_good_once_and_its_cookie_begets_no_others() {
    let site = site();
    let (host, path) = link(&site).await;
    let cookie = enter(&site, &host, &path).await.unwrap();
    assert_eq!(enter(&site, &host, &path).await, None, "the link was used");
    assert_eq!(enter(&site, &host, "/open/guessed").await, None);
    let with = |cookie| [("host", host.as_str()), ("cookie", cookie)];
    let among_others = format!("a=b; {cookie}; c=d");
    for cookie in [cookie.as_str(), &among_others] {
        assert_eq!(ask(&site, "/api/status", &with(cookie)).await, StatusCode::OK);
    }
    for wrong in ["hopluu_session=", "hopluu_session=guessed", "hopluu_session", "x=1"] {
        assert_eq!(ask(&site, "/api/status", &with(wrong)).await, StatusCode::UNAUTHORIZED);
    }
    let mut asked = request(LINK_PATH, &with(&cookie));
    *asked.method_mut() = Method::POST;
    assert_eq!(answer(&site, asked).await.status(), StatusCode::UNAUTHORIZED);
}

/// Time stands still but for what is waited for.
#[tokio::test(start_paused = true)]
async fn a_link_that_nobody_opened_in_time_is_good_no_more() {
    let site = site();
    let (host, late) = link(&site).await;
    tokio::time::advance(LINK_LIFE).await;
    let (_, fresh) = link(&site).await;
    assert_eq!(enter(&site, &host, &late).await, None);
    assert!(enter(&site, &host, &fresh).await.is_some());
}

/// Whoever shows a page shows what it is told.
#[tokio::test]
async fn who_is_not_let_in_is_told_why_in_words() {
    let site = site();
    let evil = ("origin", "http://evil.example");
    for (headers, status, code) in [
        (vec![("host", "evil.example")], StatusCode::MISDIRECTED_REQUEST, "door-other-name"),
        (vec![("host", HERE), TOKEN, evil], StatusCode::FORBIDDEN, "door-other-page"),
        (vec![("host", HERE)], StatusCode::UNAUTHORIZED, "door-no-session"),
    ] {
        for (language, word) in [("vi", "trang"), ("en", "page")] {
            let mut headers = headers.clone();
            headers.push(("accept-language", language));
            let response = answer(&site, request("/api/status", &headers)).await;
            assert_eq!(response.status(), status);
            assert_eq!(response.headers()["content-type"], "application/json");
            let bytes = axum::body::to_bytes(response.into_body(), 4096).await.unwrap();
            let refusal: Refusal = serde_json::from_slice(&bytes).unwrap();
            assert!(refusal.is(code), "{refusal}");
            let message = refusal.problems[0].message.to_lowercase();
            assert!(message.contains(word), "{message}");
        }
    }
}

#[tokio::test]
async fn the_run_is_named_to_who_may_come_in_and_to_nobody_else() {
    let site = site();
    let run = async |path: &str, headers: &[(&str, &str)]| {
        let response = answer(&site, request(path, headers)).await;
        response.headers().get("hopluu-run").map(|run| run.to_str().unwrap().to_owned())
    };
    let (host, path) = link(&site).await;
    let cookie = enter(&site, &host, &path).await.unwrap();
    let session = [("host", host.as_str()), ("cookie", cookie.as_str())];
    assert_eq!(run("/api/status", &session).await.as_deref(), Some("this-run"));
    assert_eq!(run("/api/status", &[("host", HERE), TOKEN]).await.as_deref(), Some("this-run"));
    let elsewhere = [("host", "evil.example"), TOKEN];
    let other_page = [("host", HERE), TOKEN, ("origin", "http://evil.example")];
    for (path, headers) in [
        ("/api/status", &[("host", HERE)][..]),
        ("/", &[("host", HERE)]),
        ("/", &session),
        ("/open/guessed", &[("host", HERE)]),
        ("/api/status", &elsewhere),
        ("/api/status", &other_page),
    ] {
        assert_eq!(run(path, headers).await, None, "{path} {headers:?}");
    }
}

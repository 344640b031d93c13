//! The bridge as a page and a shell meet it, without a window.

use std::collections::VecDeque;
use std::sync::Mutex as StdMutex;

use serde_json::{Value, json};

use super::*;
use crate::api::server;
use crate::cli::client::Client;
use crate::holder::Holder;
use crate::node::Node;

/// A person before dialogs: chooses what the test has laid out.
#[derive(Clone, Default)]
struct Person {
    chooses: Arc<StdMutex<VecDeque<Option<PathBuf>>>>,
    was_proposed: Arc<StdMutex<Vec<String>>>,
}

impl Person {
    fn will_choose(&self, path: Option<&Path>) {
        self.chooses.lock().unwrap().push_back(path.map(Path::to_owned));
    }
}

impl Desktop for Person {
    fn choose_file(&self, _: &[String]) -> Option<PathBuf> {
        self.chooses.lock().unwrap().pop_front().unwrap()
    }

    fn choose_place(&self, name: &str) -> Option<PathBuf> {
        self.was_proposed.lock().unwrap().push(name.to_owned());
        self.chooses.lock().unwrap().pop_front().unwrap()
    }
}

struct Window {
    bridge: Bridge,
    told: mpsc::Receiver<Told>,
    person: Person,
}

impl Window {
    fn over(dir: &DataDir) -> Self {
        let person = Person::default();
        let (bridge, told) = Bridge::begin(dir.clone(), Language::English, person.clone());
        Self { bridge, told, person }
    }

    async fn send(&self, request: Request<Vec<u8>>) -> (StatusCode, Value) {
        let answer = self.bridge.answer(request).await;
        let value = serde_json::from_slice(answer.body());
        let text = || Value::String(String::from_utf8_lossy(answer.body()).into_owned());
        (answer.status(), value.unwrap_or_else(|_| text()))
    }

    async fn get(&self, target: &str) -> (StatusCode, Value) {
        self.send(of_page("GET", target, &Value::Null)).await
    }

    async fn post(&self, target: &str, body: &Value) -> (StatusCode, Value) {
        self.send(of_page("POST", target, body)).await
    }
}

/// A request as the page's host makes it.
fn of_page(method: &str, target: &str, body: &Value) -> Request<Vec<u8>> {
    let body = if body.is_null() { Vec::new() } else { serde_json::to_vec(body).unwrap() };
    let request = Request::builder()
        .method(method)
        .uri(format!("hopluu://localhost{target}"))
        .header("accept-language", "en")
        .header("content-type", "application/json")
        .header("origin", "hopluu://localhost")
        .header(SENT, body.len());
    request.body(body).unwrap()
}

/// A new hub's directory: a node that can do everything alone.
async fn hub(folder: &Path) -> DataDir {
    let dir = DataDir::new(folder);
    let node = Node::open_or_make(&dir).await.unwrap();
    let town = include_str!("../../demo/town.toml");
    let (town, template) = (
        crate::town_file::TownFile::parse(town, "town.toml").unwrap(),
        (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE),
    );
    let found =
        move |desk: &mut crate::desk::Desk| desk.found_town(&town, &[template], "machine", "An");
    node.keeper().desk(found).await.unwrap();
    dir
}

#[tokio::test]
async fn a_window_over_nothing_shows_a_node_that_can_join() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::over(&DataDir::new(folder.path().join("new")));
    let (status, told) = window.get("/api/status").await;
    assert_eq!(status, StatusCode::OK);
    assert!(told["unit"].is_null(), "{told}");
    assert_eq!(window.bridge.close().await, Closing::Durable);
}

#[tokio::test]
async fn what_another_page_or_half_a_request_asks_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::over(&DataDir::new(folder.path()));
    for origin in ["https://example.com", "null", "hopluu://other", "http://hopluu.localhost:80"] {
        let mut request = of_page("GET", "/api/status", &Value::Null);
        request.headers_mut().insert("origin", origin.parse().unwrap());
        assert_eq!(window.send(request).await.0, StatusCode::FORBIDDEN, "{origin}");
    }
    let settings = window.get("/api/settings").await.1;
    let mut changed = settings.clone();
    changed["person"] = json!("An");
    for kept in [0, 1, 20] {
        let mut request = of_page("PUT", "/api/settings", &changed);
        request.body_mut().truncate(kept);
        assert_eq!(window.send(request).await.0, StatusCode::BAD_REQUEST, "{kept} bytes");
    }
    assert_eq!(window.get("/api/settings").await.1, settings, "half a request changes nothing");
}

#[tokio::test]
async fn the_page_gets_no_way_out_of_its_window() {
    let folder = tempfile::tempdir().unwrap();
    let dir = DataDir::new(folder.path());
    let node = Node::open_or_make(&dir).await.unwrap();
    // Served by another: the bridge has the token then, and the page must not get at it.
    let _served = server::serve(node, &dir).await.unwrap();
    let window = Window::over(&dir);
    for target in ["/api/session/link", "/open/0000", "/window/unknown", "/api/events"] {
        let (status, told) = window.post(target, &json!({})).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{target}: {told}");
    }
    for target in ["/api/session/link", "/api/events", "/window/events", "http://example.com/"] {
        let (status, told) = window.post("/window/keep", &json!({ "target": target })).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{target}: {told}");
        let sent = json!({ "target": target, "handle": "0" });
        assert_eq!(window.post("/window/send", &sent).await.0, StatusCode::NOT_FOUND, "{target}");
    }
    let (status, _) = window.get("/window/text/%2Fetc%2Fpasswd").await;
    assert_eq!(status, StatusCode::NOT_FOUND, "a path is no handle");
}

#[tokio::test]
async fn while_another_process_serves_its_node_is_asked_and_afterwards_the_store_itself() {
    let folder = tempfile::tempdir().unwrap();
    let dir = DataDir::new(folder.path());
    let serving = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let of_serve = dir.clone();
    let served = serving
        .spawn(async move {
            let node = Node::open_or_make(&of_serve).await.unwrap();
            server::serve(node, &of_serve).await.unwrap()
        })
        .await
        .unwrap();
    let window = Window::over(&dir);
    let mut settings = window.get("/api/settings").await.1;
    settings["person"] = json!("Nguyễn Văn Minh");
    assert_eq!(window.send(of_page("PUT", "/api/settings", &settings)).await.0, StatusCode::OK);
    let page = window.bridge.answer(of_page("GET", "/", &Value::Null)).await;
    let policy = page.headers().get("content-security-policy").unwrap();
    assert!(policy.to_str().unwrap().contains("default-src 'none'"));

    // The process ends: the next request opens the store that it has let go of.
    drop(served);
    tokio::task::spawn_blocking(move || drop(serving)).await.unwrap();
    let (status, kept) = window.get("/api/settings").await;
    assert_eq!((status, &kept["person"]), (StatusCode::OK, &json!("Nguyễn Văn Minh")));
}

#[tokio::test]
async fn a_page_hears_of_changes_without_a_stream() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::over(&DataDir::new(folder.path()));
    let (_, mut words) = window.get("/window/events").await;
    // Until the node is open the page is told that it is silent.
    while words["said"].as_array().unwrap().iter().all(|said| said.get("hello").is_none()) {
        let next = words["next"].as_u64().unwrap();
        words = window.get(&format!("/window/events?after={next}")).await.1;
    }
    let hears = async {
        let has = |words: &Value, scope: &str| {
            let mut said = words["said"].as_array().unwrap().iter();
            said.any(|said| said["change"]["scope"] == scope)
        };
        let mut words = words.clone();
        while !has(&words, "settings") {
            let next = words["next"].as_u64().unwrap();
            words = window.get(&format!("/window/events?after={next}")).await.1;
        }
    };
    let ((), changed) = tokio::join!(hears, async {
        let mut settings = window.get("/api/settings").await.1;
        settings["person"] = json!("An");
        window.send(of_page("PUT", "/api/settings", &settings)).await
    });
    assert_eq!(changed.0, StatusCode::OK);
    // Numbers of another life: the page is told how things stand.
    let (_, words) = window.get("/window/events?after=99999").await;
    assert!(words["said"][0].get("hello").is_some(), "{words}");
}

#[tokio::test]
async fn files_go_to_the_node_and_come_from_it_by_what_a_person_chose() {
    let folder = tempfile::tempdir().unwrap();
    let dir = hub(&folder.path().join("hub")).await;
    let window = Window::over(&dir);
    let file = folder.path().join("Báo cáo quý 1.csv");
    std::fs::write(&file, "not,a,report\n").unwrap();

    window.person.will_choose(None);
    let endings = json!({ "endings": ["csv"] });
    assert_eq!(window.post("/window/choose", &endings).await.1, Value::Null);
    window.person.will_choose(Some(&file));
    let (_, chosen) = window.post("/window/choose", &endings).await;
    assert_eq!(chosen["name"], "Báo cáo quý 1.csv");
    assert!(!chosen.to_string().contains(&folder.path().display().to_string()), "{chosen}");
    let handle = chosen["handle"].as_str().unwrap();
    let (_, text) = window.get(&format!("/window/text/{handle}")).await;
    assert_eq!(text, "not,a,report\n");

    // The node reads it, and says in its own words that it is no report.
    let target = "/api/periods/2023-q1/import?file=a.csv&dry_run=true";
    let sent = json!({ "target": target, "handle": handle });
    let (status, told) = window.post("/window/send", &sent).await;
    assert!(status.is_client_error() || status.is_success(), "{status} {told}");
    assert!(told["problems"].is_array(), "the import has looked at it: {told}");

    let keep = json!({ "target": "/api/periods/2023-q1/report?format=xlsx" });
    let place = folder.path().join("kept.xlsx");
    window.person.will_choose(Some(&place));
    let (status, kept) = window.post("/window/keep", &keep).await;
    assert_eq!((status, &kept["name"]), (StatusCode::OK, &json!("kept.xlsx")), "{kept}");
    assert!(std::fs::read(&place).unwrap().starts_with(b"PK"));
    assert!(window.person.was_proposed.lock().unwrap()[0].ends_with(".xlsx"));
    window.person.will_choose(None);
    assert_eq!(window.post("/window/keep", &keep).await.1["name"], Value::Null);
    window.person.will_choose(Some(&folder.path().join("no/such")));
    std::fs::write(folder.path().join("no"), "").unwrap();
    let (status, told) = window.post("/window/keep", &keep).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(told["problems"][0]["code"], "window-keep", "{told}");
}

#[tokio::test]
async fn closing_waits_for_what_the_page_holds_and_for_what_is_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::over(&DataDir::new(folder.path()));
    let (_, words) = window.get("/window/events").await;
    let mut next = words["next"].as_u64().unwrap();
    let page = async {
        loop {
            let (_, words) = window.get(&format!("/window/events?after={next}")).await;
            next = words["next"].as_u64().unwrap();
            if words["said"].as_array().unwrap().contains(&json!("closing")) {
                break;
            }
        }
        let mut settings = window.get("/api/settings").await.1;
        settings["person"] = json!("typed at the last moment");
        let saved = window.send(of_page("PUT", "/api/settings", &settings)).await;
        assert_eq!(saved.0, StatusCode::OK);
        window.post("/window/handed-over", &json!({ "unsaved": 0 })).await;
    };
    let (closing, ()) = tokio::join!(window.bridge.close(), page);
    assert_eq!(closing, Closing::Durable);
    assert_eq!(window.get("/api/settings").await.1["person"], "typed at the last moment");
}

#[tokio::test]
async fn a_page_that_could_not_hand_over_keeps_the_window() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::over(&DataDir::new(folder.path()));
    window.get("/api/status").await;
    let page = async {
        let mut next = window.get("/window/events").await.1["next"].as_u64().unwrap();
        loop {
            let (_, words) = window.get(&format!("/window/events?after={next}")).await;
            next = words["next"].as_u64().unwrap();
            if words["said"].as_array().unwrap().contains(&json!("closing")) {
                break window.post("/window/handed-over", &json!({ "unsaved": 3 })).await;
            }
        }
    };
    let (closing, _) = tokio::join!(window.bridge.close(), page);
    assert_eq!(closing, Closing::Unsaved(3));
}

#[tokio::test]
async fn a_file_that_was_opened_with_the_program_is_offered_to_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let window = Window::over(&DataDir::new(folder.path().join("data")));
    let file = folder.path().join("Xã A.hopluu-moi");
    std::fs::write(&file, "hopluu-invitation …").unwrap();
    let offered_in = |words: &Value| {
        words["said"].as_array().unwrap().iter().find_map(|said| said.get("offered").cloned())
    };
    window.bridge.offer(&file).unwrap();
    // The page is not there yet when the program is started by a file, and asks what happened without a number.
    let (_, words) = window.get("/window/events").await;
    let offered = offered_in(&words).unwrap();
    let (_, again) = window.get("/window/events").await;
    assert_eq!(offered_in(&again), None, "a page that is loaded anew is not asked a second time");
    window.bridge.offer(&file).unwrap();
    let (_, later) = window.get(&format!("/window/events?after={}", again["next"])).await;
    assert!(offered_in(&later).is_some(), "{later}");
    let handle = offered["handle"].as_str().unwrap();
    assert_eq!(offered["name"], "Xã A.hopluu-moi");
    let (_, text) = window.get(&format!("/window/text/{handle}")).await;
    assert_eq!(text, "hopluu-invitation …");
}

#[tokio::test]
async fn a_directory_that_cannot_be_opened_is_told_in_the_window_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let dir = DataDir::new(folder.path().join("data"));
    // A folder above that is a file.
    let in_the_way = dir.path().to_owned();
    std::fs::write(&in_the_way, "").unwrap();
    let window = Window::over(&dir);
    let page = window.bridge.answer(of_page("GET", "/", &Value::Null)).await;
    let text = String::from_utf8(page.body().clone()).unwrap();
    assert!(text.contains("cannot open this machine") && !text.contains("<p></p>"), "{text}");
    assert!(page.headers().contains_key("content-security-policy"));
    std::fs::remove_file(&in_the_way).unwrap();
    assert_eq!(window.get("/api/status").await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_hubs_line_is_told_in_the_persons_language() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::over(&DataDir::new(folder.path()));
    let mut lines = Vec::new();
    while lines.len() < 2 {
        match window.told.recv().await.unwrap() {
            Told::Line(line) => lines.push(line),
            Told::Language(_) | Told::Word(_) => {}
        }
        if lines.len() == 1 {
            let mut settings = window.get("/api/settings").await.1;
            settings["language"] = json!("en");
            window.send(of_page("PUT", "/api/settings", &settings)).await;
        }
    }
    assert_eq!(lines, ["Đang chờ lời mời", "Waiting for an invitation"]);
}

#[tokio::test]
async fn a_second_start_asks_the_first_and_a_later_one_takes_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let dir = DataDir::new(folder.path());
    let none = Ask::default();
    let Start::First(mut first) = start(&dir, &none).await.unwrap() else {
        panic!("nobody is there")
    };
    let window = Window::over(&dir);
    let mut asked = first.answer(&window.bridge);
    let ask = Ask { open: Some("/thư mời/Xã A.hopluu-moi".into()) };
    let taken = async { asked.recv().await.unwrap().take() };
    let (second, heard) = tokio::join!(start(&dir, &ask), taken);
    assert!(matches!(second.unwrap(), Start::Second));
    assert_eq!(heard, ask);
    let taken = async { asked.recv().await.unwrap().take() };
    let (shown, heard) = tokio::join!(show(&dir), taken);
    assert!(shown.unwrap());
    assert_eq!(heard, none);
    let other = DataDir::new(folder.path().join("other"));
    assert!(matches!(start(&other, &none).await.unwrap(), Start::First(_)), "another directory");
    // Killed: its lock is gone and its socket is not.
    drop((first, window));
    assert!(matches!(start(&dir, &none).await.unwrap(), Start::First(_)));
}

#[tokio::test]
async fn commands_reach_the_node_through_its_window() {
    let folder = tempfile::tempdir().unwrap();
    // Longer than a socket's path may be.
    let dir = hub(&folder.path().join("Ủy ban nhân dân xã ".repeat(6))).await;
    let Start::First(mut first) = start(&dir, &Ask::default()).await.unwrap() else {
        panic!("nobody is there")
    };
    let window = Window::over(&dir);
    let _asked = first.answer(&window.bridge);
    let seen = window.get("/api/status").await.1;
    let client = Client::connect(&dir, "en").await.unwrap();
    assert!(client.is_there());
    let told: Value = client.get("/api/status", &[]).await.unwrap();
    assert_eq!(told["unit"], seen["unit"]);
    let refusal = client.get::<Value>("/api/unknown", &[]).await.err().unwrap();
    assert!(refusal.is("request-unknown"), "{refusal}");

    let holder = Holder::window(&dir).await.unwrap().unwrap();
    for target in ["/", "/window/events", "/window/handed-over", "/open/0000"] {
        let answered = holder.call(&Method::POST, target, &HeaderMap::new(), Bytes::new()).await;
        assert_eq!(answered.unwrap().status(), StatusCode::NOT_FOUND, "{target} is the page's");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let socket = dir.path().join("window.sock").metadata().unwrap();
        assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    }
    drop(first);
    assert!(Holder::window(&dir).await.unwrap().is_none(), "nobody answers any more");
}

#[tokio::test(start_paused = true)]
async fn a_window_that_hangs_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let dir = DataDir::new(folder.path());
    let first = start(&dir, &Ask::default()).await.unwrap();
    let refusal = start(&dir, &Ask::default()).await.err().unwrap();
    assert!(refusal.is("window-hangs"), "{refusal}");
    refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
    drop(first);
}

#[test]
fn server_sent_events_are_read_in_whatever_pieces_they_come() {
    let text = "event: hello\ndata: {\"revision\":7,\"scope\":\"all\"}\n\n:\n\n\
                event: change\ndata: {\"revision\":8,\"scope\":\"status\"}\n\n";
    let whole = events::Reader::default().take(text.as_bytes()).unwrap();
    assert_eq!(whole.len(), 2);
    for cut in 0..text.len() {
        let mut reader = events::Reader::default();
        let mut said = reader.take(&text.as_bytes()[..cut]).unwrap();
        said.extend(reader.take(&text.as_bytes()[cut..]).unwrap());
        assert_eq!(said, whole, "cut at {cut}");
    }
    assert!(events::Reader::default().take(b"event: hello\ndata: nonsense\n\n").is_none());
    assert!(events::Reader::default().take(&vec![b'x'; 1 << 20]).is_none(), "without end");
}

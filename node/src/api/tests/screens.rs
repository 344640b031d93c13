//! What screens ask for, through the router.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE};
use axum::http::{Method, Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::data_dir::DataDir;
use crate::node::Node;
use crate::town_file::TownFile;

/// The demo's town, as one of its communes sees it.
struct Office {
    _dir: TempDir,
    node: Arc<Node>,
    router: Router,
}

impl Office {
    async fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let node = Node::open_or_make(&DataDir::new(dir.path())).await.unwrap();
        let found = |desk: &mut crate::desk::Desk| {
            let town = TownFile::parse(include_str!("../../../demo/town.toml"), "town.toml")?;
            let template = (crate::BUILT_IN_TEMPLATE_FILE, crate::BUILT_IN_TEMPLATE);
            desk.found_town(&town, &[template], "hub", "An")?;
            desk.open_period("2023-q2".parse().unwrap(), None, None, "An")?;
            desk.stand_in("19996".parse().unwrap());
            Ok(())
        };
        node.keeper().desk(found).await.unwrap();
        let router = super::super::site(Arc::clone(&node));
        Self { _dir: dir, node, router }
    }

    async fn ask(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path);
        let request =
            request.header(ACCEPT_LANGUAGE, "vi").header(CONTENT_TYPE, "application/json");
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let status = response.status();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn get(&self, path: &str) -> Value {
        let (status, value) = self.ask(Method::GET, path, Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{path}: {value}");
        value
    }

    async fn edit(&self, period: &str, request: Value) -> Value {
        let path = format!("/api/periods/{period}/edits?person=An");
        let (status, value) = self.ask(Method::POST, &path, request).await;
        assert_eq!(status, StatusCode::OK, "{value}");
        value
    }

    async fn figure(&self, period: &str, id: &str) -> Value {
        let figures = self.get(&format!("/api/periods/{period}/figures")).await;
        of(&figures["cells"], id)
    }
}

/// What a list says of an id.
fn of(list: &Value, id: &str) -> Value {
    let found = list.as_array().unwrap().iter().find(|one| one["id"] == id);
    found.unwrap_or_else(|| panic!("{id} is not in {list}")).clone()
}

#[tokio::test]
async fn the_form_says_who_fills_what_and_what_is_computed_of_what() {
    let office = Office::new().await;
    let form = office.get("/api/periods/2023-q2/form").await;
    assert_eq!((&form["unit"], &form["previous"]), (&json!("19996"), &json!("2023-q1")));
    let appendix = of(&form["appendices"], "pl4");
    assert_eq!(appendix["short"], "Phụ lục 4");
    let ratio = of(&appendix["rows"], "pl4.3.2");
    assert_eq!((&ratio["kind"], &ratio["formula"]), (&json!("computed"), &json!("3.2.2 ÷ 3.2.1")));
    assert_eq!(ratio["parts"], json!(["pl4.3.2.1", "pl4.3.2.2"]));
    assert_eq!(ratio["rules"], json!(["3.2.2 không lớn hơn 3.2.1"]));
    let typed = of(&appendix["rows"], "pl4.3.2.1");
    assert_eq!((&typed["kind"], &typed["value_type"]), (&json!("typed"), &json!("count")));
    assert_eq!((&typed["number"], &typed["depth"]), (&json!("3.2.1"), &json!(2)));
    let others = of(&of(&form["appendices"], "pl8")["rows"], "pl8.3");
    assert_eq!((&others["kind"], &others["places"]), (&json!("others"), &json!(1)));
    assert!(!others["reporters"].as_array().unwrap().is_empty());
    // Every figure of the form has a cell, and every cell is on the form.
    let rows: Vec<&Value> = form["appendices"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|appendix| appendix["rows"].as_array().unwrap())
        .map(|row| &row["id"])
        .collect();
    let figures = office.get("/api/periods/2023-q2/figures").await;
    let cells = figures["cells"].as_array().unwrap();
    assert!(rows.iter().all(|id| cells.iter().any(|cell| cell["id"] == **id)));
    // The same in the other language.
    let (_, unknown) = office.ask(Method::GET, "/api/periods/2029-q1/form", Value::Null).await;
    assert_eq!(unknown["problems"][0]["code"], "period-unknown");
}

#[tokio::test]
async fn an_edit_of_many_cells_writes_what_is_plain_and_tells_the_rest() {
    let office = Office::new().await;
    let edits = json!({"keep_drafts": true, "edits": [
        {"id": "pl4.3.2.1", "value": "1.304"},
        {"id": "pl4.3.2.2", "value": "1,300", "note": "đã đối chiếu"},
        {"id": "pl2.3.3.2", "value": "chưa có"},
        {"id": "pl4.3.2", "value": "99,7"},
        {"id": "pl8.3", "value": "90"},
        {"id": "pl9.9", "value": "1"},
    ]});
    let planned = json!({"dry_run": true, "edits": edits["edits"]});
    let plan = office.edit("2023-q1", planned).await;
    assert_eq!(office.figure("2023-q1", "pl4.3.2.1").await["state"], "missing", "only a plan");

    let done = office.edit("2023-q1", edits).await;
    for list in ["changes", "questions", "refused", "skipped", "unchanged"] {
        assert_eq!(done[list], plan[list], "{list}: the plan is what is done");
    }
    let change = of(&done["changes"], "pl4.3.2.2");
    assert_eq!((&change["after"], &change["after_typed"]), (&json!("1.300"), &json!("1300")));
    assert!(change["noted"]["message"].as_str().unwrap().contains("1,300"));
    assert_eq!(done["refused"].as_array().unwrap().len(), 2);
    let computed = of(&done["skipped"], "pl4.3.2");
    assert_eq!((&computed["agrees"], &computed["here"]), (&json!(true), &json!("99,7")));
    assert_eq!(of(&done["skipped"], "pl8.3")["agrees"], Value::Null);

    // What follows from it is in the answer, and is what is read later.
    let ratio = of(&done["cells"], "pl4.3.2");
    assert_eq!((&ratio["written"], &ratio["number"]), (&json!("99,7"), &json!("99.7")));
    for id in ["pl4.3.2", "pl4.3.2.1", "pl4.3.2.2"] {
        assert_eq!(of(&done["cells"], id), office.figure("2023-q1", id).await, "{id}");
    }
    let note = office.figure("2023-q1", "pl4.3.2.2").await;
    assert_eq!((&note["note"], &note["editable"]), (&json!("đã đối chiếu"), &json!("1300")));
}

#[tokio::test]
async fn what_is_no_value_stays_as_typed_on_this_machine_and_out_of_the_report() {
    let office = Office::new().await;
    let typed = json!({"keep_drafts": true, "edits": [{"id": "pl4.3.2.1", "value": "không có"}]});
    let asked = office.edit("2023-q1", typed).await;
    let question = of(&asked["questions"], "pl4.3.2.1");
    let readings: Vec<&Value> =
        question["readings"].as_array().unwrap().iter().map(|one| &one["typed"]).collect();
    assert_eq!(readings, ["0", "không phát sinh"]);
    let cell = office.figure("2023-q1", "pl4.3.2.1").await;
    assert_eq!((&cell["state"], &cell["draft"]["text"]), (&json!("missing"), &json!("không có")));
    assert_eq!(cell["draft"]["readings"].as_array().unwrap().len(), 2);
    let history = office.get("/api/periods/2023-q1/cells/pl4.3.2.1/history").await;
    assert_eq!(history, json!([]), "it is in no document");
    let ready = office.get("/api/periods/2023-q1/readiness").await;
    let codes: Vec<&Value> =
        ready["blocking"].as_array().unwrap().iter().map(|told| &told["code"]).collect();
    assert!(codes.contains(&&json!("submit-draft")), "{codes:?}");
    assert_eq!(ready["filled"], 0);

    // A value takes its place, and so does dropping it.
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "kps"}]})).await;
    let cell = office.figure("2023-q1", "pl4.3.2.1").await;
    assert_eq!((&cell["state"], &cell["draft"]), (&json!("nothing-arose"), &Value::Null));
    let again = json!({"keep_drafts": true, "edits": [{"id": "pl4.3.2.1", "value": "=1+1"}]});
    office.edit("2023-q1", again).await;
    assert_eq!(office.figure("2023-q1", "pl4.3.2.1").await["draft"]["text"], "=1+1");
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "drop_draft": true}]})).await;
    let cell = office.figure("2023-q1", "pl4.3.2.1").await;
    assert_eq!((&cell["written"], &cell["draft"]), (&json!("Không phát sinh"), &Value::Null));
}

#[tokio::test]
async fn an_edit_of_a_cell_that_changed_since_is_not_made_but_told() {
    let office = Office::new().await;
    let seen = office.figure("2023-q1", "pl4.3.2.1").await["version"].clone();
    let edit = |value: &str, only_if: &Value| json!({"edits": [{"id": "pl4.3.2.1", "value": value, "only_if": only_if}]});
    let first = office.edit("2023-q1", edit("855", &seen)).await;
    assert_eq!(first["changes"].as_array().unwrap().len(), 1);
    let second = office.edit("2023-q1", edit("900", &seen)).await;
    let told = of(&second["changed_since"], "pl4.3.2.1");
    assert_eq!(
        (&told["entry"]["written"], &told["entry"]["person"]),
        (&json!("855"), &json!("An"))
    );
    let cell = office.figure("2023-q1", "pl4.3.2.1").await;
    assert_eq!(cell["written"], "855");
    let third = office.edit("2023-q1", edit("900", &cell["version"])).await;
    assert_eq!(of(&third["changes"], "pl4.3.2.1")["before_typed"], "855");
}

#[tokio::test]
async fn the_period_before_stands_beside_each_figure_with_the_change_since() {
    let office = Office::new().await;
    let edits = |total: &str, part: &str| json!({"edits": [{"id": "pl4.3.2.1", "value": total}, {"id": "pl4.3.2.2", "value": part}]});
    office.edit("2023-q1", edits("870", "870")).await;
    office.edit("2023-q2", edits("807", "800")).await;
    let cell = office.figure("2023-q2", "pl4.3.2.1").await;
    assert_eq!(cell["previous"]["written"], "870");
    assert_eq!((&cell["change"], &cell["change_percent"]), (&json!("−63"), &json!("−7,2%")));
    let ratio = office.figure("2023-q2", "pl4.3.2").await;
    assert_eq!((&ratio["change"], &ratio["change_percent"]), (&json!("−0,9 điểm"), &json!("")));
    assert_eq!(ratio["earlier"][0]["period"], "2023-q1");
    // What is corrected there is seen here.
    office.edit("2023-q1", edits("871", "870")).await;
    assert_eq!(office.figure("2023-q2", "pl4.3.2.1").await["previous"]["written"], "871");
}

#[tokio::test]
async fn what_is_computed_waits_for_what_is_missing() {
    let office = Office::new().await;
    let done =
        office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "855"}]})).await;
    let ratio = of(&done["cells"], "pl4.3.2");
    assert_eq!(
        (&ratio["state"], &ratio["waiting_for"]),
        (&json!("waiting"), &json!(["pl4.3.2.2"]))
    );
    assert_eq!((&ratio["written"], &ratio["number"]), (&json!(""), &Value::Null));
}

#[tokio::test]
async fn listeners_hear_what_may_look_different_after_it_is_durable() {
    let office = Office::new().await;
    let mut heard = office.node.keeper().changes().listen();
    let done =
        office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "855"}]})).await;
    let mut scopes = Vec::new();
    while let Ok(change) = heard.try_recv() {
        assert!(change.revision > done["revision"].as_u64().unwrap(), "one refetch too many");
        scopes.push(change.scope);
    }
    assert!(scopes.contains(&"figures/2023-q1".to_owned()), "{scopes:?}");
    assert!(!scopes.iter().any(|scope| scope.starts_with("text")), "{scopes:?}");

    let path = "/api/periods/2023-q1/texts/ii.2.c";
    let heads = office.get(path).await["heads"].clone();
    let edit = json!({"heads": heads, "text": "Một cửa ổn định."});
    let (status, _) = office.ask(Method::PUT, &format!("{path}?person=An"), edit).await;
    assert_eq!(status, StatusCode::OK);
    let mut scopes = Vec::new();
    while let Ok(change) = heard.try_recv() {
        scopes.push(change.scope);
    }
    // At the desk of the hub the operator's texts lie apart from the report.
    assert!(scopes.iter().any(|scope| scope.starts_with("text")), "{scopes:?}");
    assert!(!scopes.iter().any(|scope| scope.starts_with("figures")), "{scopes:?}");
}

#[tokio::test]
async fn events_begin_with_the_present_revision() {
    let office = Office::new().await;
    let request = Request::builder().uri("/api/events").body(Body::empty()).unwrap();
    let response = office.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "text/event-stream");
    let mut body = response.into_body();
    let mut next = async || {
        let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
        String::from_utf8(frame.to_vec()).unwrap()
    };
    let hello = next().await;
    assert!(hello.starts_with("event: hello\n"), "{hello}");
    let run = office.node.keeper().changes().run();
    assert!(run.len() == 32 && hello.contains(&format!("\"run\":\"{run}\"")), "{hello}");
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "855"}]})).await;
    let mut change = next().await;
    // The hub's own work may come in between.
    while !change.contains(r#""scope":"figures/2023-q1""#) {
        assert!(change.starts_with("event: change\n"), "{change}");
        change = next().await;
    }
}

#[tokio::test]
async fn this_machine_remembers_its_settings_and_refuses_what_is_none() {
    let office = Office::new().await;
    let mut settings = office.get("/api/settings").await;
    assert_eq!((&settings["language"], &settings["text_size"]), (&json!("vi"), &json!(100)));
    settings["text_size"] = json!(150);
    settings["people"] = json!(["Lê Thị Hoa"]);
    let (status, _) = office.ask(Method::PUT, "/api/settings", settings.clone()).await;
    assert_eq!((status, office.get("/api/settings").await), (StatusCode::OK, settings.clone()));
    settings["text_size"] = json!(900);
    let (status, refused) = office.ask(Method::PUT, "/api/settings", settings).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused["problems"][0]["code"], "settings-invalid");

    assert_eq!(office.get("/api/ui-state/window").await, Value::Null);
    let (status, _) = office.ask(Method::PUT, "/api/ui-state/window", json!({"panel": 302})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(office.get("/api/ui-state/window").await, json!({"panel": 302}));
    let long = json!({"person": "x".repeat(201)});
    let (status, _) = office.ask(Method::PUT, "/api/settings", long).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let large = json!("x".repeat(17 * 1024));
    let (status, _) = office.ask(Method::PUT, "/api/ui-state/window", large).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_submission_is_told_with_what_is_other_since() {
    let office = Office::new().await;
    let form = office.get("/api/periods/2023-q1/form").await;
    let mut edits = Vec::new();
    for appendix in form["appendices"].as_array().unwrap() {
        for row in appendix["rows"].as_array().unwrap() {
            if row["kind"] == "typed" {
                edits.push(json!({"id": row["id"], "value": "kps"}));
            }
        }
    }
    office.edit("2023-q1", json!({"edits": edits})).await;
    let ready = office.get("/api/periods/2023-q1/readiness").await;
    assert_eq!((&ready["blocking"], &ready["missing"]), (&json!([]), &json!(0)));
    assert_eq!(ready["since_last"], Value::Null);
    let path = "/api/periods/2023-q1/submit?person=An";
    let (status, submitted) = office.ask(Method::POST, path, Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{submitted}");
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "855"}]})).await;
    let ready = office.get("/api/periods/2023-q1/readiness").await;
    let changed = of(&ready["since_last"]["cells"], "pl4.3.2.1");
    assert_eq!((&changed["before"], &changed["after"]), (&json!("Không phát sinh"), &json!("855")));
    assert_eq!(ready["since_last"]["cells"].as_array().unwrap().len(), 1);
    assert_eq!(ready["submissions"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn the_pages_of_a_report_are_pictures_as_wide_as_asked() {
    let office = Office::new().await;
    let pages = office.get("/api/periods/2023-q1/pages").await;
    let (list, digest) = (pages["pages"].as_array().unwrap(), pages["digest"].as_str().unwrap());
    assert!(list.len() > 1 && list[0]["number"] == 1);
    let path = format!("/api/periods/2023-q1/pages/2?width=321&digest={digest}");
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let response = office.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "image/png");
    let png = response.into_body().collect().await.unwrap().to_bytes();
    assert!(png.starts_with(b"\x89PNG"));
    assert_eq!(png[16..20], 321_u32.to_be_bytes());
    let (status, beyond) =
        office.ask(Method::GET, "/api/periods/2023-q1/pages/999", Value::Null).await;
    assert_eq!(
        (status, &beyond["problems"][0]["code"]),
        (StatusCode::NOT_FOUND, &json!("page-unknown"))
    );
}

/// The bytes of a picture, or the code of the refusal.
async fn picture(office: &Office, path: &str) -> Result<Vec<u8>, String> {
    let request = Request::builder().uri(path).body(Body::empty()).unwrap();
    let response = office.router.clone().oneshot(request).await.unwrap();
    let drawn = response.status() == StatusCode::OK;
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    if drawn {
        return Ok(bytes.to_vec());
    }
    let refusal: Value = serde_json::from_slice(&bytes).unwrap();
    Err(refusal["problems"][0]["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn pictures_are_as_wide_as_asked_and_no_others_are_drawn() {
    let office = Office::new().await;
    for width in [200, 201, 3_000] {
        let png = picture(&office, &format!("/api/periods/2023-q1/pages/1?width={width}")).await;
        assert_eq!(png.unwrap()[16..20], u32::to_be_bytes(width));
    }
    for width in [0_u32, 1, 199, 3_001, u32::MAX] {
        let refused =
            picture(&office, &format!("/api/periods/2023-q1/pages/1?width={width}")).await;
        assert_eq!(refused.unwrap_err(), "page-width", "{width}");
    }
}

#[tokio::test]
async fn a_draft_is_shown_as_such_with_what_is_to_be_looked_at_in_it() {
    let office = Office::new().await;
    let before = office.get("/api/periods/2023-q1/pages?unit=19996").await;
    // A part above its whole: to be looked at again.
    let edits = json!({"edits": [
        {"id": "pl4.3.2.1", "value": "10"}, {"id": "pl4.3.2.2", "value": "98765"}
    ]});
    office.edit("2023-q1", edits).await;
    let now = office.get("/api/periods/2023-q1/pages?unit=19996").await;
    assert_eq!(now["draft"], json!(true));
    assert_ne!(now["digest"], before["digest"]);
    let problems = now["problems"].as_array().unwrap();
    let told = |one: &Value| one["message"].as_str().unwrap().contains("98");
    assert!(problems.iter().any(told), "{problems:?}");
    let path = "/api/periods/2023-q1/pages?submission=nobody";
    let (status, unknown) = office.ask(Method::GET, path, Value::Null).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(unknown["problems"][0]["code"], "submission-unknown");
}

#[tokio::test]
async fn a_dry_run_says_what_a_choice_makes_of_what_is_computed() {
    let office = Office::new().await;
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "200"}]})).await;
    let effect = async |value: &str| {
        let edits = json!([{"id": "pl4.3.2.2", "value": value}]);
        let told = office.edit("2023-q1", json!({"edits": edits, "dry_run": true})).await;
        let effects = told["effects"].as_array().cloned().unwrap_or_default();
        effects.iter().map(|one| (one["before"].clone(), one["after"].clone())).collect::<Vec<_>>()
    };
    assert_eq!(effect("50").await, [(json!(""), json!("25,0"))]);
    assert_eq!(effect("100").await, [(json!(""), json!("50,0"))]);
    // What each would make is what it makes.
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.2", "value": "100"}]})).await;
    assert_eq!(effect("50").await, [(json!("50,0"), json!("25,0"))]);
    let typed = office.get("/api/periods/2023-q1/figures").await;
    let computed = typed["cells"].as_array().unwrap().iter();
    assert_eq!(computed.filter(|cell| cell["written"] == "50,0").count(), 1);
}

#[tokio::test]
async fn every_answer_says_what_a_browser_may_do_with_it() {
    let office = Office::new().await;
    for path in ["/", "/2023-q1/figures", "/api/status", "/api/nothing", "/assets/nothing.js"] {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = office.router.clone().oneshot(request).await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe-eval") && !policy.contains("script-src 'unsafe"));
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        if path.starts_with("/api") {
            assert_eq!(response.headers()["cache-control"], "no-store", "{path}");
        }
    }
    let (status, _) = office.ask(Method::GET, "/api/nothing", Value::Null).await;
    assert_eq!(
        status,
        StatusCode::NOT_FOUND,
        "the page is no answer to a wrong address of the API"
    );
}

#[tokio::test]
async fn whatever_is_refused_is_a_refusal_that_people_can_read() {
    let office = Office::new().await;
    let edits = "/api/periods/2023-q1/edits?person=An";
    let none = json!({"edits": [{"id": "pl 4 ?", "value": "1"}]});
    for (method, path, body, code) in [
        (Method::POST, edits, none, "request-unreadable"),
        (Method::POST, edits, json!({"edits": 5}), "request-unreadable"),
        (Method::GET, "/api/periods/never/figures", Value::Null, "request-unreadable"),
        (Method::DELETE, "/api/settings", Value::Null, "request-unknown"),
        (Method::GET, "/api/nothing", Value::Null, "request-unknown"),
        (Method::GET, "/api/ui-state/a%20b", Value::Null, "ui-state-invalid"),
    ] {
        let (status, told) = office.ask(method, path, body).await;
        let problem = &told["problems"][0];
        assert!(status.is_client_error() && problem["code"] == code, "{path}: {status} {told}");
        assert!(!problem["message"].as_str().unwrap().is_empty(), "{path}: {told}");
    }
}

#[tokio::test]
async fn what_a_screen_rests_on_is_told_under_the_screens_own_scopes() {
    let office = Office::new().await;
    let mut heard = office.node.keeper().changes().listen();
    let mut scopes = || {
        let mut scopes = std::collections::BTreeSet::new();
        while let Ok(change) = heard.try_recv() {
            scopes.insert(change.scope);
        }
        scopes
    };
    scopes();
    let open = |desk: &mut crate::desk::Desk| {
        let office = desk.membership()?.unit.clone();
        desk.stand_in("huong-tra".parse().unwrap());
        let opened = desk.open_period("2023-q3".parse().unwrap(), None, None, "An");
        desk.stand_in(office);
        opened
    };
    office.node.keeper().desk(open).await.unwrap();
    let told = scopes();
    for scope in ["periods", "figures/2023-q1", "texts/2023-q2", "figures/2023-q3"] {
        assert!(told.contains(scope), "{scope}: {told:?}");
    }
    office.edit("2023-q1", json!({"edits": [{"id": "pl4.3.2.1", "value": "855"}]})).await;
    let told = scopes();
    assert!(told.contains("figures/2023-q2"), "it shows the period before: {told:?}");
}

#[tokio::test]
async fn screens_cannot_fill_the_store_with_what_they_remember() {
    let office = Office::new().await;
    let fill = |desk: &mut crate::desk::Desk| {
        (0..500).try_for_each(|n| desk.set_ui_state(&format!("k{n}"), &json!(n)))
    };
    office.node.keeper().desk(fill).await.unwrap();
    let put = async |key: &str, value: Value| {
        office.ask(Method::PUT, &format!("/api/ui-state/{key}"), value).await
    };
    let (_, refused) = put("one-more", json!(1)).await;
    assert_eq!(refused["problems"][0]["code"], "ui-state-full");
    assert_eq!(put("k7", json!(8)).await.0, StatusCode::OK, "what is there can change");
}

//! The API's description, held to what its readers need: every reference leads somewhere, every operation
//! says what it takes and gives.

use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

mod screens;

/// What the page's client is generated from.
#[test]
fn the_committed_description_is_fresh() {
    let committed: Value = serde_json::from_str(include_str!("../../../app/openapi.json")).unwrap();
    assert!(
        committed == described(),
        "app/openapi.json is stale; to refresh it: cargo run --bin hopluu -- openapi > app/openapi.json"
    );
}

fn described() -> Value {
    serde_json::to_value(openapi()).unwrap()
}

/// All places of a value, with what stands there.
fn walk<'a>(value: &'a Value, path: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(path, value);
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| walk(field, &format!("{path}/{name}"), visit));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(n, item)| walk(item, &format!("{path}/{n}"), visit));
        }
        _ => {}
    }
}

/// Every operation: its method, its path and what is said of it.
fn operations(api: &Value) -> Vec<(String, Value)> {
    let paths = api["paths"].as_object().unwrap();
    let methods = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap();
        methods.iter().map(move |(method, said)| (format!("{method} {path}"), said.clone()))
    });
    methods.collect()
}

#[test]
fn it_is_openapi_3_1_and_every_reference_in_it_leads_somewhere() {
    let api = described();
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1."));
    let mut references = 0;
    walk(&api, "", &mut |path, value| {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return };
        references += 1;
        let pointer = reference.strip_prefix('#').unwrap_or_default();
        assert!(api.pointer(pointer).is_some(), "{path}: {reference} leads nowhere");
    });
    assert!(references > 30, "{references} references");
}

#[test]
fn every_operation_says_what_it_takes_and_gives() {
    let api = described();
    let mut names = BTreeSet::new();
    for (operation, said) in operations(&api) {
        let name = said["operationId"].as_str().unwrap_or_else(|| panic!("{operation}: no name"));
        assert!(
            !said["summary"].as_str().unwrap_or_default().is_empty(),
            "{operation}: no summary"
        );
        assert!(!name.is_empty());
        names.insert(format!("{operation} {name}"));

        let parameters = said["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in &parameters {
            let stated = &parameter["schema"];
            assert!(
                stated.get("type").or(stated.get("$ref")).or(stated.get("oneOf")).is_some(),
                "{operation}: {} has no schema",
                parameter["name"]
            );
        }
        for placeholder in operation.split('{').skip(1) {
            let placeholder = placeholder.split('}').next().unwrap();
            let stated = parameters.iter().any(|parameter| {
                parameter["in"] == "path"
                    && parameter["name"] == placeholder
                    && parameter["required"] == true
            });
            assert!(stated, "{operation}: {placeholder} is not said");
        }
        if let Some(body) = said.get("requestBody") {
            assert!(has_schema(body), "{operation}: its body has no schema");
        }
        let responses = said["responses"].as_object().unwrap();
        for (status, response) in responses {
            assert!(has_schema(response), "{operation}: {status} has no schema");
        }
        assert!(responses.contains_key("200") && responses.contains_key("4XX"), "{operation}");
    }
    assert!(names.len() > 15, "{} operations", names.len());
}

fn has_schema(body: &Value) -> bool {
    let Some(content) = body["content"].as_object() else { return false };
    !content.is_empty() && content.values().all(|kind| kind["schema"].is_object())
}

/// A schema without a word about its content is no use to who generates a client from it.
#[test]
fn every_schema_says_what_it_is() {
    let api = described();
    let schemas = api["components"]["schemas"].as_object().unwrap();
    for (name, schema) in schemas {
        let said = ["type", "oneOf", "allOf", "anyOf", "enum", "$ref"];
        assert!(said.iter().any(|key| schema.get(key).is_some()), "{name}: {schema}");
    }
    for name in
        ["FormatName", "PartName", "TextEdit", "TextHeads", "TextSplice", "Problem", "Refusal"]
    {
        assert!(schemas.contains_key(name), "{name} is missing");
    }
}

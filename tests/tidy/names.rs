//! The names that are data: ids of the built-in template, codes and kinds of the demo town.

use std::collections::BTreeSet;

use hopluu_tests::repository;

/// All ids of indicators, appendices, sections, kinds of unit, and codes of units.
pub(crate) fn of_template_and_town() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let files = ["protocol/templates/cchc-quarterly.toml", "node/demo/town.toml"];
    for file in files {
        let text = std::fs::read_to_string(repository().join(file)).unwrap();
        let table: toml::Table = text.parse().unwrap();
        for (key, rows) in &table {
            // The outermost sections are called `i`, `ii`, `iii`: too short to tell from other words.
            for row in rows.as_array().into_iter().flatten() {
                for field in ["id", "code"] {
                    let is_id = field == "id" || key == "unit";
                    if let (true, Some(name)) =
                        (is_id, row.get(field).and_then(|name| name.as_str()))
                        && name.len() > 3
                    {
                        names.insert(name.to_owned());
                    }
                }
            }
        }
    }
    // Words that are also levels of administration and kinds of document in the code itself.
    for word in ["commune", "town"] {
        names.remove(word);
    }
    names
}

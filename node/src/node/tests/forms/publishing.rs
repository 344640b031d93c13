//! What may be published, and for which periods.

use super::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_would_be_misread_is_not_published() {
    let town = Town::found().await;
    let version_1_again = form_1().replace("Mục II", "Mục hai");
    let reused = form_2().replace("unit = \"Hồ sơ\"", "unit = \"Nghìn hồ sơ\"");
    let renamed = form_2().replace("id = \"form\"", "id = \"other\"");
    let broken = form_2().replace("type = \"count\"", "type = \"counter\"");
    for (source, code) in [
        (&version_1_again, "publish-version-taken"),
        (&reused, "publish-reused-id"),
        (&renamed, "publish-other-template"),
        (&broken, "template-bad-word"),
    ] {
        for yes in [false, true] {
            let refusal = town.publishes(source, "2023-q1", yes).await.unwrap_err();
            assert_eq!(refusal.problems[0].code, code, "{refusal}");
            refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
        }
    }
    // From a period that is not open nothing is misread.
    let later = town.publishes(&reused, "2023-q3", true).await.unwrap();
    assert!(later.done && later.periods.is_empty());
    let refusal = town.publishes(&form_2(), "2023-q1", true).await.unwrap_err();
    assert_eq!(refusal.problems[0].code, "publish-version-taken");
    let office = town.machine("a", "a-1").await;
    assert_eq!(office.period().await.template.version, 1);
    let publication = Publication {
        template: form_2(),
        template_file: "form.toml".to_owned(),
        from: quarter(),
        yes: true,
    };
    let refusal = office.0.keeper().publish(publication, "An".to_owned()).await;
    assert!(refusal.unwrap_err().is("hub-only"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_whose_texts_hold_figures_is_not_followed_by_one_that_older_programs_read() {
    let town = Town::found().await;
    let with_figures = format!("format = 2\n{}", form_2());
    town.publishes(&with_figures, "2023-q1", true).await.unwrap();
    let form_3 = form_2().replacen("version = 2", "version = 3", 1);
    let refusal = town.publishes(&form_3, "2023-q1", true).await.unwrap_err();
    assert_eq!(refusal.problems[0].code, "publish-without-figures", "{refusal}");
    refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);
    // Where nobody has typed yet, it may.
    town.publishes(&form_3, "2023-q3", true).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn periods_that_are_not_open_yet_follow_the_newest_version_from_theirs_on() {
    let town = Town::found().await;
    let form_3 = form_2().replacen("version = 2", "version = 3", 1);
    town.publishes(&form_2(), "2023-q4", true).await.unwrap();
    let follows = async |period: &str| {
        let period: PeriodId = period.parse().unwrap();
        let calendar = town.hub.keeper().desk(Desk::calendar).await.unwrap();
        calendar.template_for(period).unwrap().version
    };
    assert_eq!((follows("2023-q3").await, follows("2023-q4").await), (1, 2));
    assert_eq!((follows("2023-9m").await, follows("2023-y").await), (1, 2));
    // A newer one from an earlier period on: the older does not come back with the fourth quarter.
    town.publishes(&form_3, "2023-q3", true).await.unwrap();
    assert_eq!((follows("2023-q3").await, follows("2023-q4").await), (3, 3));
    assert_eq!((follows("2023-9m").await, follows("2023-6m").await), (3, 1));
    assert!(town.publishes(&form_3, "2023-q3", true).await.unwrap().was_there);
    // When it opens, by its day or by hand, it follows that version from its beginning.
    let open = |desk: &mut Desk| desk.open_period("2023-q3".parse().unwrap(), None, None, "An");
    assert_eq!(town.hub.keeper().desk(open).await.unwrap().template.version, 3);
    let refusal = town.publishes(&form_2().replace("Mục I", "Phần I"), "2024-q1", true).await;
    assert_eq!(refusal.unwrap_err().problems[0].code, "publish-version-taken");
}

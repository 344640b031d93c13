use super::*;

/// Time stands still but for what is waited for.
#[tokio::test(start_paused = true)]
async fn a_serve_that_takes_connections_and_never_answers_is_said_to_hang() {
    let folder = tempfile::tempdir().unwrap();
    let dir = DataDir::new(folder.path());
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = silent.local_addr().unwrap();
    let file = ServeFile { address, token: "t".to_owned(), process: Some(4711) };
    std::fs::write(dir.serve_file(), serde_json::to_vec(&file).unwrap()).unwrap();

    let refusal = Holder::serving(&dir).await.err().unwrap();
    assert!(refusal.is("serve-hangs"), "{refusal}");
    assert_eq!(refusal.problems[0].args["process"], "4711");
    refusal.problems.iter().for_each(crate::messages::tests::assert_told_in_full);

    drop(silent);
    assert!(Holder::serving(&dir).await.unwrap().is_none(), "it is gone");
}

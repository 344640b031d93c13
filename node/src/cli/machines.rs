//! `node list`, `node revoke`, `invite --list`, `invite --withdraw`, `hub-address`, `new-key`: who is let in,
//! and by which key and address the hub is known.

use axum::http::Method;
use hopluu_protocol::invitation::InvitationState;

use super::Session;
use super::args::NodeCommand;
use super::console::moment;
use crate::api::{HubAddresses, RevokeRequest};
use crate::desk::{InvitationView, MachineView, Revocation, Status};
use crate::node::{Node, SyncOutcome};
use crate::problem::{Problem, Reason, Refusal};

pub(super) async fn node(session: &Session, command: NodeCommand) -> Result<(), Refusal> {
    match command {
        NodeCommand::List => list(session).await,
        NodeCommand::Revoke { machine, yes } => revoke(session, machine, yes).await,
    }
}

async fn list(session: &Session) -> Result<(), Refusal> {
    let machines: Vec<MachineView> = session.client().await?.get("/api/machines", &[]).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&machines);
    }
    let mut unit = None;
    for machine in &machines {
        if unit != Some(&machine.unit) {
            unit = Some(&machine.unit);
            let args = [("name", machine.unit_name.as_str()), ("unit", machine.unit.as_str())];
            console.say("cli-machines-of", &args)?;
        }
        let marks = [
            (machine.hub, "cli-machine-hub"),
            (machine.here, "cli-machine-here"),
            (machine.connected && !machine.here, "cli-machine-connected"),
        ];
        let mut marks: Vec<String> = marks
            .into_iter()
            .filter(|(is_so, _)| *is_so)
            .map(|(_, code)| console.catalogue.line(code, &[]))
            .collect();
        if let Some(at) = machine.revoked_at {
            let time = moment(at.div_euclid(1000));
            marks.push(console.catalogue.line("cli-machine-revoked", &[("time", &time)]));
        }
        let since = moment(machine.enrolled_at.div_euclid(1000));
        let marks = marks.iter().map(|mark| format!(", {mark}")).collect::<String>();
        let nameless = console.catalogue.line("cli-machine-nameless", &[]);
        let name = if machine.name.is_empty() { &nameless } else { &machine.name };
        let args =
            [("name", name.as_str()), ("key", &machine.key), ("since", &since), ("marks", &marks)];
        console.say("cli-machine", &args)?;
    }
    Ok(())
}

async fn revoke(session: &Session, machine: String, yes: bool) -> Result<(), Refusal> {
    let client = session.client().await?;
    let person = session.person();
    let request = RevokeRequest { machine, confirmed: yes };
    let path = "/api/machines/revocations";
    let revocation: Revocation =
        client.send_json(Method::POST, path, &[("person", &person)], &request).await?;
    let Revocation { machine, others, done, at_hub } = &revocation;
    let others = others.to_string();
    let args = [
        ("name", machine.name.as_str()),
        ("key", &machine.key),
        ("unit", machine.unit.as_str()),
        ("others", &others),
    ];
    if !done {
        let of = |problem: Problem, (name, value): &(&str, &str)| problem.arg(name, value);
        let problem = args.iter().fold(Problem::new("revoke-unconfirmed", "not confirmed"), of);
        return Err(Refusal::new(Reason::NotNow, problem));
    }
    let console = &session.console;
    if console.json {
        return console.print_json(&revocation);
    }
    console.say("cli-revoked", &args)?;
    if *at_hub { Ok(()) } else { console.say("cli-revoked-not-at-hub", &[]) }
}

pub(super) async fn invitations(session: &Session) -> Result<(), Refusal> {
    let invitations: Vec<InvitationView> =
        session.client().await?.get("/api/invitations", &[]).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&invitations);
    }
    if invitations.is_empty() {
        return console.say("cli-no-invitations", &[]);
    }
    for invitation in &invitations {
        let expires = moment(invitation.expires_at.div_euclid(1000));
        let machine = invitation.used_by.clone().unwrap_or_default();
        let facts = [("expires", expires.as_str()), ("machine", &machine)];
        let state = console.catalogue.line(state_code(invitation.state), &facts);
        let args = [
            ("id", invitation.id.as_str()),
            ("name", &invitation.unit_name),
            ("unit", invitation.unit.as_str()),
            ("state", &state),
        ];
        console.say("cli-invitation", &args)?;
    }
    Ok(())
}

fn state_code(state: InvitationState) -> &'static str {
    match state {
        InvitationState::Expired => "cli-invitation-expired",
        InvitationState::Open => "cli-invitation-open",
        InvitationState::Used => "cli-invitation-used",
        InvitationState::Void => "cli-invitation-void",
    }
}

pub(super) async fn withdraw(session: &Session, id: &str) -> Result<(), Refusal> {
    // What stands in a path must not lead elsewhere.
    let segment: String = form_urlencoded::byte_serialize(id.trim().as_bytes()).collect();
    let path = format!("/api/invitations/{segment}");
    let client = session.client().await?;
    let withdrawn: InvitationView = client.send_json(Method::DELETE, &path, &[], &()).await?;
    let console = &session.console;
    if console.json {
        return console.print_json(&withdrawn);
    }
    let args = [("id", withdrawn.id.as_str()), ("unit", withdrawn.unit.as_str())];
    console.say("cli-withdrawn", &args)
}

pub(super) async fn hub_address(session: &Session, addresses: Vec<String>) -> Result<(), Refusal> {
    let client = session.client().await?;
    let console = &session.console;
    if addresses.is_empty() {
        let status: Status = client.get("/api/status", &[]).await?;
        let addresses = HubAddresses { addresses: status.hub_addresses };
        return if console.json {
            console.print_json(&addresses)
        } else if status.hub {
            console.say("cli-status-hub", &[])
        } else if addresses.addresses.is_empty() {
            console.say("cli-not-joined", &[])
        } else {
            console.say("cli-hub-addresses", &[("addresses", &addresses.addresses.join(", "))])
        };
    }
    let request = HubAddresses { addresses };
    let kept: HubAddresses =
        client.send_json(Method::PUT, "/api/hub-addresses", &[], &request).await?;
    if console.json {
        console.print_json(&kept)?;
    } else {
        console.say("cli-hub-moved", &[("addresses", &kept.addresses.join(", "))])?;
    }
    // Whether the hub is there is what people want to know next. The address is kept in any case.
    let bar = console.progress("cli-syncing", &[]);
    let synced: Result<SyncOutcome, Refusal> =
        client.send_json(Method::POST, "/api/sync", &[], &()).await;
    bar.finish_and_clear();
    match synced {
        Ok(outcome) if outcome.in_sync && !console.json => {
            super::town::tell_outcome(session, &outcome)
        }
        Ok(_) => Ok(()),
        Err(refusal) => {
            session.tell(&refusal.problems);
            Ok(())
        }
    }
}

pub(super) fn new_key(session: &Session, yes: bool) -> Result<(), Refusal> {
    let dir = session.data_dir()?;
    if !yes {
        Node::must_be_hub(&dir)?;
        let path = dir.key_file();
        let problem = Problem::new("new-key-unconfirmed", "not confirmed");
        return Err(Refusal::new(Reason::NotNow, problem.arg("path", path.display())));
    }
    let name = session.node_name(None);
    let (key, former) = Node::renew_hub_key(&dir, &name, &session.person())?;
    let console = &session.console;
    let former = former.map(|path| path.display().to_string());
    if console.json {
        let key = key.short().to_string();
        return console.print_json(&serde_json::json!({ "node": key, "former": former }));
    }
    console.say("cli-new-key", &[("key", &key.short().to_string())])?;
    match former {
        Some(former) => console.say("cli-former-key", &[("path", &former)]),
        None => Ok(()),
    }
}

//! How a node takes its place in the town, and how the place changes: another address of the hub, another
//! key of it.

use automerge::ChangeHash;
use hopluu_protocol::id::DocId;

use super::*;

impl Node {
    /// Joins a town with an invitation, and syncs once. A node that has joined before keeps its data: it may
    /// be invited again by the hub of its unit, also under another key of the hub.
    ///
    /// # Errors
    /// When the invitation cannot be read or is for another unit or town, when the hub cannot be reached or
    /// refuses; the place is as before then.
    pub async fn join(&self, text: &str, name: &str) -> Result<SyncOutcome, Refusal> {
        let invitation = Invitation::parse(text)
            .map_err(|error| Refusal::new(Reason::Invalid, Problem::from(&error)))?;
        let membership = Membership {
            unit: invitation.unit.clone(),
            role: invitation.role,
            place: MembershipPlace::Office {
                hub_key: invitation.hub_key,
                hub_addresses: invitation.hub_addresses.clone(),
            },
        };
        // Until this is over, the connection that is kept anyway is not dialled again.
        let _alone = self.joining.lock().await;
        let (considered, town) = (membership.clone(), invitation.town_name.clone());
        let former = self
            .keeper
            .office(move |office| {
                office.desk.must_be_of_town(&considered, town.as_deref())?;
                let former = office.desk.written_by_former_hub(&considered)?;
                office.desk.consider_place(Some(considered))?;
                office.refresh_access()?;
                Ok(former)
            })
            .await?;
        self.leave_the_hub().await;
        let enrol = Enrolment { code: invitation.code.as_bytes().to_vec(), name: name.to_owned() };
        let hub = (invitation.hub_key, invitation.hub_addresses);
        let outcome = self.sync_with(&hub, Some(enrol), Some(membership)).await;
        let outcome = match outcome {
            // The former hub's documents and this one's have nothing to do with each other.
            Ok(outcome) if !outcome.in_sync && !former.is_empty() => {
                self.leave_out(former).await?;
                self.sync_with(&hub, None, None).await
            }
            outcome => outcome,
        };
        if outcome.is_err() {
            self.keeper
                .office(|office| {
                    office.desk.consider_place(None)?;
                    office.refresh_access()
                })
                .await?;
        }
        self.hub_changed.send_replace(());
        outcome
    }

    /// Takes other addresses for the hub, `host:port`, the best first, and lets go of the connection that there
    /// is: the next one is made at once, and there. Returns the addresses as they are kept.
    ///
    /// # Errors
    /// When an address is none, when there are none or too many, when this node is the hub or has none.
    pub async fn move_hub(&self, addresses: Vec<String>) -> Result<Vec<String>, Refusal> {
        let parsed = parse_addresses(addresses)?;
        let membership = self.keeper.desk(move |desk| desk.move_hub(parsed)).await?;
        self.contact.begin_anew();
        self.leave_the_hub().await;
        self.hub_changed.send_replace(());
        Ok(membership.hub_addresses())
    }

    /// Leaves out what a former hub wrote: its documents and the present hub's have nothing to do with each
    /// other. The bytes stay in the store.
    async fn leave_out(&self, former: Vec<(DocId, Vec<ChangeHash>)>) -> Result<(), Refusal> {
        self.keeper
            .desk(move |desk| {
                for (doc, changes) in former.iter().filter(|(_, changes)| !changes.is_empty()) {
                    desk.replica.leave_out(doc, changes)?;
                }
                Ok(())
            })
            .await?;
        // The roster is another one now, and nothing was added to it that would tell.
        self.keeper.office(|office| office.refresh_access()).await
    }

    /// Ends the connection to the hub, if there is one, and waits until it has ended.
    async fn leave_the_hub(&self) {
        let mut way = self.links.way_to_hub();
        if way.borrow().is_some() && !self.is_hub().await.unwrap_or(true) {
            self.hub_changed.send_replace(());
            // A connection of somebody who syncs at this moment ends by itself.
            drop(tokio::time::timeout(PATIENCE, way.wait_for(Option::is_none)).await);
        }
    }
}

/// Addresses as people type them.
pub(super) fn parse_addresses(addresses: Vec<String>) -> Result<Vec<HubAddress>, Refusal> {
    let parse = |address: String| {
        address.parse().map_err(|error: hopluu_protocol::invitation::AddressError| {
            Refusal::new(Reason::Invalid, Problem::from(&error))
        })
    };
    addresses.into_iter().map(parse).collect()
}

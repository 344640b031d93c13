//! Appeals: how a hub comes to know again whom it has forgotten.
//!
//! A hub that lost its roster, or has an older one than it had, refuses machines that it had let in; and one
//! of those may be the only one that holds the newer roster. So whoever keeps the hub's seal over the roster
//! says so in its HELLO. When the hub refuses it as unknown, it hands the roster back on the same connection,
//! and is judged by what the hub has then. Until that it is told nothing, and nothing else is heard of it.
//!
//! The hub need not remember whether it has lost anything. Its own seal over changes that it does not have
//! says that; where nothing was lost there is no such seal, and an appeal ends with it.

use super::seals::Taken;
use super::{Context, Fault, Phase, Session};
use crate::gate::{self, AccessError};
use crate::id::DocId;
use crate::replica::{Clock, ReplicaError};
use crate::seal::Seal;
use crate::store::Backend;
use crate::sync::event::{CloseReason, Notice, ProtocolError, Side};
use crate::sync::held::Held;
use crate::wire::frame::{Frame, HEARS_AUTHORS, HOLDS_ROSTER, Hello, Refusal};

impl Session {
    /// What HELLO says about this side.
    pub(super) fn features<B: Backend>(&self, cx: &Context<'_, B>) -> Result<u64, ReplicaError> {
        let appeals = self.side == Side::Dialer && self.keeps_sealed_roster(cx)?;
        Ok(HEARS_AUTHORS | if appeals { HOLDS_ROSTER } else { 0 })
    }

    /// Dialer: the hub does not know this node. Hands back the roster, once on a connection. Returns whether
    /// there was one.
    pub(super) fn appeal<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
    ) -> Result<bool, ReplicaError> {
        let may = self.side == Side::Dialer && self.phase == Phase::Greeting && !self.appealed;
        // The whole of it: a hub does not tell a stranger what it has.
        if !may
            || !self.keeps_sealed_roster(cx)?
            || !self.hand_over(cx, &DocId::Roster, &Clock::new())?
        {
            return Ok(false);
        }
        self.appealed = true;
        self.phase = Phase::Appealing;
        Ok(true)
    }

    /// The hub knows this node again, or this hub the peer: what was said before on this connection
    /// counts for nothing.
    pub(super) fn begin_again<B: Backend>(
        &mut self,
        cx: &Context<'_, B>,
    ) -> Result<(), ReplicaError> {
        let (conn, peer, side, allowance) = (self.conn, self.peer, self.side, self.allowance);
        let held = Held::load(cx.replica, peer)?;
        let fresh = Self::new(cx.now, conn, peer, side, None, held, allowance);
        *self = Self { appealed: self.appealed, ..fresh };
        Ok(())
    }

    /// Listener: refuses a peer that it does not know, and waits for the roster that the peer says it has.
    /// Returns whether it does.
    pub(super) fn grants_appeal<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        hello: &Hello,
    ) -> bool {
        let may = hello.features & HOLDS_ROSTER != 0 && cx.access.decides() && cx.signer.is_some();
        match cx.access.scope_of(&self.peer) {
            Err(error @ AccessError::KeyUnknown { .. }) if may => {
                self.refuse(cx, error);
                self.phase = Phase::Appealing;
                true
            }
            _ => false,
        }
    }

    /// Listener: hears what a refused peer has to say. One seal that does not serve ends it, so that it costs
    /// this hub no more than one look at a signature.
    pub(super) fn hear_appeal<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        frame: Frame,
    ) -> Result<(), Fault> {
        match frame {
            Frame::Seal(seal) => self.hear_seal(cx, seal),
            Frame::Returned { part, last } => match self.take_back(cx, &part, last)? {
                Taken::OutOfTurn => Err(self.send_away(cx)),
                Taken::Part => {
                    self.heard(cx.now);
                    Ok(())
                }
                Taken::Refused => Err(self.dismiss(cx)),
                Taken::Whole => {
                    self.phase = Phase::Judging;
                    Ok(())
                }
            },
            // Sent behind HELLO, before the refusal was heard.
            _ => Ok(()),
        }
    }

    fn hear_seal<B: Backend>(&self, cx: &mut Context<'_, B>, seal: Seal) -> Result<(), Fault> {
        let Some(signer) = cx.signer else { return Err(self.dismiss(cx)) };
        if cx.returning.as_ref().is_some_and(|claim| claim.is_of(self.conn)) {
            return Err(ProtocolError::Unexpected { frame: "SEAL" }.into());
        }
        let (peer, own) = (self.peer, signer.node_key());
        match gate::inspect_appeal(&seal, &peer, &own, cx.replica)? {
            Ok(()) if self.claim(cx, seal, true) => Ok(()),
            Ok(()) => Err(self.send_away(cx)),
            Err(AccessError::KeyUnknown { .. }) => Err(self.dismiss(cx)),
            Err(error) => {
                let error = error.into();
                self.notice(cx, Notice::Quarantined { peer, doc: DocId::Roster, error });
                Err(self.dismiss(cx))
            }
        }
    }

    /// Listener: all of the roster is durable, and the access was made from it.
    pub(super) fn judge<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        match cx.access.scope_of(&self.peer) {
            Ok(_) => {
                self.begin_again(cx)?;
                self.send(cx, &Frame::Enrolled);
                Ok(())
            }
            Err(error) => {
                self.refuse(cx, error);
                Err(Fault::Close(CloseReason::Refused))
            }
        }
    }

    /// The appeal has failed.
    fn dismiss<B: Backend>(&self, cx: &mut Context<'_, B>) -> Fault {
        self.send(cx, &Frame::Refused(Refusal::KeyUnknown));
        Fault::Close(CloseReason::Refused)
    }

    /// Somebody else hands back at present, after which this peer may be known.
    fn send_away<B: Backend>(&self, cx: &mut Context<'_, B>) -> Fault {
        let retry_after = cx.admission.retry_after(cx.now);
        self.send(cx, &Frame::Busy { retry_after });
        Fault::Close(CloseReason::Busy)
    }
}

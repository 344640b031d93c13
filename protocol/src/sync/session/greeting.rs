//! How a connection begins: who the peer is, what is shared with it, and whether there is room for it.

use super::{Context, Fault, Phase, Session};
use crate::gate::AccessError;
use crate::replica::{Digest, Scope};
use crate::store::Backend;
use crate::sync::event::{CloseReason, Enrolment, Notice, ProtocolError, Side};
use crate::wire::WireError;
use crate::wire::frame::{Frame, HEARS_AUTHORS, Hello, Refusal, VERSION};

impl Session {
    /// The connection is there: the dialer speaks first.
    pub(in crate::sync) fn start<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
    ) -> Result<(), Fault> {
        if self.side == Side::Listener {
            return Ok(());
        }
        match self.enrol.take() {
            Some(Enrolment { code, name }) => {
                self.phase = Phase::Enrolling;
                self.send(cx, &Frame::Enrol { code, name });
                Ok(())
            }
            None => self.greet(cx),
        }
    }

    /// The HELLO of this side is due.
    pub(super) fn greet<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        self.phase = Phase::Greeting;
        self.admit(cx)
    }

    /// Looks up what is shared with the peer, or refuses it.
    pub(in crate::sync) fn admit<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
    ) -> Result<(), Fault> {
        match cx.access.scope_of(&self.peer) {
            Ok(scope) => {
                if self.scope != scope {
                    if self.greeted {
                        self.held.scope_changed();
                    }
                    self.scope = scope;
                    self.in_sync = false;
                    self.compare.reset();
                    // What was refused may be right by the new roster.
                    self.quarantined.clear();
                    self.replan = self.greeted;
                }
                self.offer_refused_again();
                Ok(())
            }
            Err(error) => {
                self.refuse(cx, error);
                Err(Fault::Close(CloseReason::Refused))
            }
        }
    }

    pub(super) fn refuse<B: Backend>(&self, cx: &mut Context<'_, B>, error: AccessError) {
        let refusal = match error {
            AccessError::KeyRevoked { .. } => Refusal::KeyRevoked,
            _ => Refusal::KeyUnknown,
        };
        self.send(cx, &Frame::Refused(refusal));
        self.notice(cx, Notice::RefusedPeer { peer: self.peer, error });
    }

    /// Whether a listener's peer has said anything by which it is somebody: a greeting of one who is known,
    /// or an invitation.
    pub(in crate::sync) fn has_spoken(&self) -> bool {
        !matches!(self.phase, Phase::Start | Phase::Appealing)
    }

    /// Whether the access of this session is to be looked up again when the roster changes.
    pub(in crate::sync) fn is_admitted(&self) -> bool {
        matches!(self.phase, Phase::Greeting | Phase::Open)
    }

    /// The caller has decided about the invitation.
    pub(in crate::sync) fn enrolment_decided<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        decision: Result<(), Refusal>,
    ) -> Result<(), Fault> {
        if self.side != Side::Listener || self.phase != Phase::Enrolling {
            return Ok(());
        }
        match decision {
            Ok(()) => {
                self.phase = Phase::Start;
                self.enrolled = true;
                self.send(cx, &Frame::Enrolled);
                Ok(())
            }
            Err(refusal) => {
                self.send(cx, &Frame::Refused(refusal));
                Err(Fault::Close(CloseReason::Refused))
            }
        }
    }

    /// Says HELLO, with what the peer has not acknowledged behind it.
    pub(super) fn hello<B: Backend>(&mut self, cx: &mut Context<'_, B>) -> Result<(), Fault> {
        self.plan(cx)?;
        self.greeted = true;
        let digest = cx.replica.index().digest_of(&self.scope).0;
        let pushes = self.outbox.has_wanted();
        self.compare.hello_sent(pushes, digest);
        self.promised = pushes;
        let hello = Hello {
            min_version: VERSION,
            max_version: VERSION,
            features: self.features(cx)?,
            pushes,
            epoch: cx.epoch,
            digest,
        };
        self.send(cx, &Frame::Hello(hello));
        for frame in std::mem::take(&mut self.before_hello) {
            self.send(cx, &frame);
        }
        Ok(())
    }

    /// A peer that needs nearly everything waits until others like it are done. One that was let in on this
    /// connection has its invitation behind it and stays.
    pub(super) fn find_place<B: Backend>(
        &self,
        cx: &mut Context<'_, B>,
        hello: &Hello,
    ) -> Result<(), Fault> {
        let same = cx.replica.index().digest_of(&self.scope).0 == hello.digest;
        let has_most = self.held.knows(hello.epoch) && hello.digest != Digest::ZERO.0;
        if same || has_most || self.enrolled || self.scope == Scope::All {
            return Ok(());
        }
        if cx.admission.begin_first_sync(cx.now, self.conn) {
            return Ok(());
        }
        let retry_after = cx.admission.retry_after(cx.now);
        self.send(cx, &Frame::Busy { retry_after });
        Err(Fault::Close(CloseReason::Busy))
    }

    pub(super) fn agree<B: Backend>(
        &self,
        cx: &mut Context<'_, B>,
        hello: &Hello,
    ) -> Result<(), Fault> {
        if (hello.min_version..=hello.max_version).contains(&VERSION) {
            return Ok(());
        }
        self.send(cx, &Frame::Refused(Refusal::Version { min: VERSION, max: VERSION }));
        let (what, value) = ("protocol version", hello.max_version);
        Err(ProtocolError::Wire(WireError::Unknown { what, value }).into())
    }

    pub(super) fn meet<B: Backend>(
        &mut self,
        cx: &mut Context<'_, B>,
        hello: &Hello,
    ) -> Result<(), Fault> {
        self.phase = Phase::Open;
        self.hears_authors = hello.features & HEARS_AUTHORS != 0;
        let known = self.held.is_known();
        let replaced = self.held.meet(hello.epoch);
        self.knows_peer = known && !replaced || hello.digest == Digest::ZERO.0;
        if replaced {
            self.notice(cx, Notice::StoreReplaced { peer: self.peer });
        }
        // A hub that is writing says HELLO later, and what the peer brings comes before.
        self.held.recall(cx.replica, &self.scope)?;
        self.compare.hello_received(hello.pushes, hello.digest);
        Ok(())
    }
}

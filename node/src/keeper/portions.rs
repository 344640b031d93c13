//! What takes longer than others may be kept waiting: done in portions, between which the keeper does
//! other tasks, and reckoned on a thread of its own.

use hopluu_protocol::id::UnitCode;
use hopluu_protocol::period::PeriodId;

use super::Keeper;
use crate::desk::{Begun, Desk, Printable, Publication, Published, Status};
use crate::problem::{Problem, Reason, Refusal};

impl Keeper {
    /// [`Desk::printable`], while others are served.
    ///
    /// # Errors
    /// As there.
    pub async fn printable(
        &self,
        period: PeriodId,
        unit: Option<UnitCode>,
    ) -> Result<Printable, Refusal> {
        let begin = move |desk: &mut Desk| desk.begin_report(period, unit.as_ref());
        let mut gathering = match self.desk(begin).await? {
            Begun::Ready(printable) => return Ok(*printable),
            Begun::Gathering(gathering) => gathering,
        };
        while !gathering.is_complete() {
            let portion = move |desk: &mut Desk| {
                desk.gather(&mut gathering)?;
                Ok(gathering)
            };
            gathering = self.desk(portion).await?;
        }
        tokio::task::spawn_blocking(move || gathering.consolidate())
            .await
            .map_err(|error| Refusal::new(Reason::Failed, Problem::new("internal", error)))
    }

    /// Publishes a version of a template, or says what that would do, while others are served.
    ///
    /// # Errors
    /// When the template cannot be published, for all reasons; nothing is changed then. When the store failed.
    pub async fn publish(
        &self,
        publication: Publication,
        person: String,
    ) -> Result<Published, Refusal> {
        let begin = move |desk: &mut Desk| desk.begin_publishing(publication);
        let mut publishing = self.desk(begin).await?;
        while !publishing.is_complete() {
            let portion = move |desk: &mut Desk| {
                desk.look_at_drafts(&mut publishing)?;
                Ok(publishing)
            };
            publishing = self.desk(portion).await?;
        }
        self.desk(move |desk| desk.finish_publishing(publishing, &person)).await
    }

    /// [`Desk::status`], while others are served.
    ///
    /// # Errors
    /// As there.
    pub async fn status(&self) -> Result<Status, Refusal> {
        let mut inquiry = self.desk(Desk::begin_status).await?;
        while !inquiry.is_complete() {
            let portion = move |desk: &mut Desk| {
                desk.inquire(&mut inquiry)?;
                Ok(inquiry)
            };
            inquiry = self.desk(portion).await?;
        }
        Ok(inquiry.into_status())
    }
}

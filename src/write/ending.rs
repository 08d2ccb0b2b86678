//! Ending what lasts: an agreement, a posting, a standing.

use chrono::NaiveDate;
use uuid::Uuid;

use super::{Faults, Refused, Tx};
use crate::{
    error::{Message, UserErrorCode},
    scalars::Date,
};

impl Tx<'_> {
    /// The last day of what began on this day in this community: not before it and not after today, today when none is given. What is over already is
    /// refused in these words.
    pub async fn last_day(
        &self,
        (community, started_on, ended_on): (Uuid, NaiveDate, Option<NaiveDate>),
        given: Option<Date>,
        over: impl FnOnce(NaiveDate) -> Message,
    ) -> Result<NaiveDate, Refused> {
        let mut faults = Faults::default();
        let day = match ended_on {
            None => {
                let today = self.today_at(community).await?;
                faults.last_day(&["endedOn"], given.map(|day| day.0), started_on, today)
            }
            Some(until) => {
                faults.note(&["id"], UserErrorCode::IllegalTransition, over(until));
                None
            }
        };
        let (day,) = faults.all((day,))?;
        Ok(day)
    }
}

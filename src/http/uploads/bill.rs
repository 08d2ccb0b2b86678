//! What files cost: their way in and out takes points like any other request, by their length.

use http::StatusCode;

use crate::{
    access::Viewer,
    http::{
        Http,
        answer::Refusal,
        defence::{
            cost::Cost,
            rate::{Empty, Meter, Payer, Standing},
        },
    },
};

/// What any file costs that comes or goes, in points, and what each part of it costs that is begun.
const FILE: u64 = 50;
const PART: (usize, u64) = (64 * 1024, 50);

/// What an account pays for a file, as it comes or before it goes.
pub(super) struct Bill<'a> {
    meter: &'a Meter,
    payer: Payer,
    parts: usize,
    pub standing: Standing,
}

impl<'a> Bill<'a> {
    pub fn open(http: &'a Http, viewer: &Viewer) -> Result<Self, Refusal> {
        let (meter, payer) = (&http.meter, Payer::Account(viewer.account_id));
        let standing = meter.charge(payer, Cost(FILE)).map_err(too_much)?;
        Ok(Self { meter, payer, parts: 0, standing })
    }

    /// For so many bytes in all.
    pub fn pay(&mut self, bytes: usize) -> Result<(), Refusal> {
        let parts = bytes.div_ceil(PART.0);
        let begun = parts.saturating_sub(self.parts);
        if begun > 0 {
            self.standing = self.meter.charge(self.payer, Cost(begun as u64 * PART.1)).map_err(too_much)?;
            self.parts = parts;
        }
        Ok(())
    }
}

fn too_much(empty: Empty) -> Refusal {
    Refusal::later(StatusCode::TOO_MANY_REQUESTS, empty.error, empty.retry_after).with(empty.standing.headers())
}

//! The only code that writes the index.

use entity::{activity, campaign, partner_unit, partner_unit_alias, project, resident, search_entry, team, volunteer};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};
use uuid::Uuid;

use super::{
    form::{Form, place_token},
    kinds::{Among, Named, SearchField, SearchKind},
};

/// How many entries a statement may insert. A few lengths only, so that the database parses a statement once.
const LENGTHS: [usize; 4] = [512, 64, 8, 1];

/// Brings the entries of one record in line with what it is called now, in the transaction that changed it. To be called whenever a record was put on
/// file, renamed or merged, and when one of its names was added or taken away.
pub(crate) async fn refresh(conn: &impl ConnectionTrait, kind: SearchKind, subject: Uuid) -> Result<(), DbErr> {
    let named = kind.texts(conn, Among::One(subject)).await?;
    replace(conn, kind, vec![subject], &named).await
}

/// Puts these texts in the place of all that the index holds of these records.
pub(super) async fn replace(
    conn: &impl ConnectionTrait,
    kind: SearchKind,
    subjects: Vec<Uuid>,
    named: &[Named],
) -> Result<(), DbErr> {
    search_entry::Entity::delete_many()
        .filter(search_entry::Column::SubjectId.is_in(subjects))
        .filter(search_entry::Column::Kind.eq(kind.prefix()))
        .exec(conn)
        .await?;
    let mut entries = Entries::default();
    named.iter().for_each(|named| entries.add(kind, named.subject, named.community, named.field, &named.text));
    entries.insert(conn).await
}

/// Entries on their way to the index, for those who write many records at once.
#[derive(Default)]
pub(crate) struct Entries(Vec<search_entry::ActiveModel>);

impl Entries {
    fn add(&mut self, kind: SearchKind, subject: Uuid, community: Option<Uuid>, field: SearchField, text: &str) {
        let Form { text, spelling, initials, syllables, reading, mut tokens } = Form::of(text, kind.person());
        // What belongs to no community has a place of its own.
        tokens.insert(place_token(kind.prefix(), community.unwrap_or_default()));
        self.0.push(search_entry::ActiveModel {
            kind: Set(kind.prefix().to_owned()),
            subject_id: Set(subject),
            community_id: Set(community),
            field: Set(field.stored().to_owned()),
            text: Set(text),
            spelling: Set(spelling),
            initials: Set(initials),
            syllables: Set(syllables),
            reading: Set(reading),
            tokens: Set(tokens.into_iter().collect::<Vec<_>>().join(" ")),
            ..Default::default()
        });
    }

    /// New residents.
    pub(crate) fn residents(&mut self, rows: &[resident::Model]) {
        for row in rows.iter().filter(|row| row.merged_into.is_none()) {
            self.add(SearchKind::Resident, row.id, Some(row.community_id), SearchField::Name, &row.full_name);
        }
    }

    /// New partner units, and new names of some.
    pub(crate) fn partner_units(&mut self, rows: &[partner_unit::Model], aliases: &[partner_unit_alias::Model]) {
        for row in rows {
            self.add(SearchKind::PartnerUnit, row.id, None, SearchField::Name, &row.name);
        }
        for row in aliases {
            self.add(SearchKind::PartnerUnit, row.partner_unit_id, None, SearchField::Alias, &row.alias);
        }
    }

    /// New projects.
    pub(crate) fn projects(&mut self, rows: &[project::Model]) {
        for row in rows {
            self.add(SearchKind::Project, row.id, Some(row.community_id), SearchField::Title, &row.title);
        }
    }

    /// New volunteers and teams.
    pub(crate) fn volunteers(&mut self, volunteers: &[volunteer::Model], teams: &[team::Model]) {
        for row in volunteers {
            self.add(SearchKind::Volunteer, row.id, Some(row.community_id), SearchField::Name, &row.full_name);
        }
        for row in teams {
            self.add(SearchKind::Team, row.id, Some(row.community_id), SearchField::Name, &row.name);
        }
    }

    /// New campaigns and activities.
    pub(crate) fn activities(&mut self, campaigns: &[campaign::Model], activities: &[activity::Model]) {
        for row in campaigns {
            self.add(SearchKind::Campaign, row.id, Some(row.community_id), SearchField::Title, &row.title);
        }
        for row in activities {
            self.add(SearchKind::Activity, row.id, Some(row.community_id), SearchField::Title, &row.title);
        }
    }

    pub(crate) async fn insert(self, conn: &impl ConnectionTrait) -> Result<(), DbErr> {
        let mut rows = self.0.into_iter();
        while rows.len() > 0 {
            let length = *LENGTHS.iter().find(|length| **length <= rows.len()).unwrap_or(&1);
            search_entry::Entity::insert_many(rows.by_ref().take(length)).exec_without_returning(conn).await?;
        }
        Ok(())
    }
}

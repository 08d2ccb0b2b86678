use sea_orm::entity::prelude::*;
use uuid::Uuid;

/// One text by which a record is found (检索项), in the forms that queries are compared with. Derived from the record and rewritten with it; the
/// record's own text is never touched.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_entry")]
pub struct Model {
    /// Given by the database: the row number that SQLite's full-text index refers to.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The prefix of the record's ids: `resident`, `partner_unit` …
    pub kind: String,
    pub subject_id: Uuid,
    /// Null for the directory's records.
    pub community_id: Option<Uuid>,
    /// Which text of the record it is: `NAME`, `ALIAS`, `TITLE`.
    pub field: String,
    /// The text, normalised.
    pub text: String,
    /// Its pinyin from the beginning, cut off; empty where nothing in it has a reading.
    pub spelling: String,
    /// The initials of its pinyin from the beginning, cut off.
    pub initials: String,
    /// Its first syllables as they are usually read, each after a mark.
    pub syllables: String,
    /// Its pinyin and its initials from each syllable on.
    pub reading: String,
    /// What the full-text index holds of it, separated by blanks.
    pub tokens: String,
}

impl ActiveModelBehavior for ActiveModel {}

//! The few shapes that all tables are made of.
//!
//! Landed migrations are built from this file as well, so what is here is frozen with them: add to it, change nothing.

use sea_orm_migration::prelude::{
    ColumnDef, ConditionalStatement, DbErr, Expr, ForeignKey, Index, IndexCreateStatement, SchemaManager, Table,
    TableCreateStatement,
};
use sea_orm_migration::sea_orm::DbBackend;

/// How sure a figure is.
pub const PRECISION: &[&str] = &["EXACT", "AT_LEAST", "ABOUT", "UNKNOWN"];

/// What is put in and given out.
pub const AID_KIND: &[&str] = &["CASH", "GOODS", "SERVICE", "WORKS", "PLACES", "LOAN"];

/// The largest amount, in fen or in thousandths of a unit: far above any real one, and low enough that sums of hundreds of them stay whole
/// numbers in an `i64`.
const LARGEST_AMOUNT: i64 = 10_000_000_000_000_000;

/// A table with its constraints and indexes, on either engine.
///
/// All checks and references go into CREATE TABLE, since SQLite can add none later; every one is named, since the program recognises
/// violations by these names. Columns are NOT NULL unless their method starts with `maybe_`.
pub struct NewTable {
    name: &'static str,
    backend: DbBackend,
    table: TableCreateStatement,
    indexes: Vec<IndexCreateStatement>,
}

impl NewTable {
    pub fn new(manager: &SchemaManager<'_>, name: &'static str) -> Self {
        let table = Table::create().table(name).to_owned();
        Self { name, backend: manager.get_database_backend(), table, indexes: Vec::new() }
    }

    pub async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager.create_table(self.table).await?;
        for index in self.indexes {
            manager.create_index(index).await?;
        }
        Ok(())
    }

    /// For a column of a shape that no method here has.
    pub fn column(mut self, mut column: ColumnDef) -> Self {
        self.table.col(&mut column);
        self
    }

    /// The primary key `id`; the program makes the ids.
    pub fn id(self) -> Self {
        self.column(ColumnDef::new("id").uuid().not_null().primary_key().take())
    }

    pub fn primary_key(mut self, columns: &[&'static str]) -> Self {
        let mut key = Index::create();
        for column in columns {
            key.col(*column);
        }
        self.table.primary_key(&mut key);
        self
    }

    /// The counter by which lost updates are refused.
    pub fn version(self) -> Self {
        self.column(ColumnDef::new("version").integer().not_null().default(1).take()).check("version", "version >= 1")
    }

    pub fn uuid(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).uuid().not_null().take())
    }

    /// A foreign key to the `id` of another table. What is referred to cannot be deleted.
    pub fn reference(self, column: &'static str, target: &'static str) -> Self {
        self.uuid(column).foreign_key(column, target)
    }

    pub fn maybe_reference(self, column: &'static str, target: &'static str) -> Self {
        self.column(ColumnDef::new(column).uuid().null().take()).foreign_key(column, target)
    }

    fn foreign_key(mut self, column: &'static str, target: &'static str) -> Self {
        let name = format!("fk_{}_{column}", self.name);
        self.table.foreign_key(ForeignKey::create().name(name).from(self.name, column).to(target, "id"));
        self
    }

    pub fn text(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).text().not_null().take())
    }

    pub fn maybe_text(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).text().null().take())
    }

    /// A text that lists are sorted by.
    pub fn sorted_text(self, column: &'static str) -> Self {
        let definition = self.by_code_point(ColumnDef::new(column).text().not_null().take());
        self.column(definition)
    }

    pub fn maybe_sorted_text(self, column: &'static str) -> Self {
        let definition = self.by_code_point(ColumnDef::new(column).text().null().take());
        self.column(definition)
    }

    /// SQLite sorts by code point as it is; PostgreSQL has to be told, or page boundaries would depend on its locale.
    fn by_code_point(&self, mut definition: ColumnDef) -> ColumnDef {
        if self.backend == DbBackend::Postgres {
            definition.extra(r#"COLLATE "C""#);
        }
        definition
    }

    /// One of the listed values.
    pub fn choice(self, column: &'static str, values: &[&str]) -> Self {
        self.text(column).one_of(column, values)
    }

    pub fn maybe_choice(self, column: &'static str, values: &[&str]) -> Self {
        self.maybe_text(column).one_of(column, values)
    }

    fn one_of(self, column: &'static str, values: &[&str]) -> Self {
        self.check(column, format!("{column} IN ('{}')", values.join("', '")))
    }

    /// A civil date.
    pub fn date(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).date().not_null().take())
    }

    pub fn maybe_date(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).date().null().take())
    }

    /// `started_on`, and `ended_on` once it is over.
    pub fn term(self) -> Self {
        self.date("started_on").maybe_date("ended_on").check("dates", "ended_on >= started_on")
    }

    pub fn instant(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).timestamp_with_time_zone().not_null().take())
    }

    pub fn maybe_instant(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).timestamp_with_time_zone().null().take())
    }

    pub fn bytes(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).blob().not_null().take())
    }

    pub fn maybe_bytes(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).blob().null().take())
    }

    /// An amount in fen or in thousandths of a unit.
    pub fn maybe_amount(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).big_integer().null().take()).within_bounds(column)
    }

    /// A sum that the program keeps, from 0 upwards.
    pub fn running_sum(self, column: &'static str) -> Self {
        self.column(ColumnDef::new(column).big_integer().not_null().default(0_i64).take()).within_bounds(column)
    }

    fn within_bounds(self, column: &'static str) -> Self {
        self.check(column, format!("{column} BETWEEN 0 AND {LARGEST_AMOUNT}"))
    }

    /// An amount and how sure it is: absent exactly when it is unknown.
    pub fn figure(self, amount: &'static str, precision: &'static str) -> Self {
        self.maybe_amount(amount)
            .choice(precision, PRECISION)
            .check(&format!("{amount}_known"), format!("({amount} IS NULL) = ({precision} = 'UNKNOWN')"))
    }

    pub fn check(mut self, what: &str, condition: impl Into<String>) -> Self {
        self.table.check((format!("ck_{}_{what}", self.name), Expr::cust(condition.into())));
        self
    }

    pub fn unique(mut self, what: &str, columns: &[&'static str]) -> Self {
        let name = format!("uq_{}_{what}", self.name);
        let index = self.index_on(name, columns).unique().take();
        self.indexes.push(index);
        self
    }

    /// Unique among the rows that the condition holds for.
    pub fn unique_where(mut self, what: &str, columns: &[&'static str], condition: &'static str) -> Self {
        let name = format!("uq_{}_{what}", self.name);
        let index = self.index_on(name, columns).unique().and_where(Expr::cust(condition)).take();
        self.indexes.push(index);
        self
    }

    pub fn index(mut self, columns: &[&'static str]) -> Self {
        let name = format!("ix_{}_{}", self.name, columns.join("_"));
        let index = self.index_on(name, columns);
        self.indexes.push(index);
        self
    }

    fn index_on(&self, name: String, columns: &[&'static str]) -> IndexCreateStatement {
        let mut index = Index::create().name(name).table(self.name).take();
        for column in columns {
            index.col(*column);
        }
        index
    }
}

/// Drops tables in the order given: those that refer to others first.
pub async fn drop_tables(manager: &SchemaManager<'_>, names: &[&'static str]) -> Result<(), DbErr> {
    for name in names {
        manager.drop_table(Table::drop().table(*name).take()).await?;
    }
    Ok(())
}

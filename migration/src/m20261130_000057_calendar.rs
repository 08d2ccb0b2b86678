//! Which days are worked on (工作日历): the days that the yearly notices of the State Council's General Office move. A weekend that is worked on, and a weekday that
//! is not; everything else is as the week has it. A year that is not here is not known, and nothing is made up about it.

use async_trait::async_trait;
use sea_orm_migration::prelude::{
    ColumnDef, ConnectionTrait, DbErr, DeriveMigrationName, MigrationTrait, SchemaManager,
};

use crate::kit::{NewTable, drop_tables};

/// By year, month and day: `+` is worked on though it is a weekend, `-` is not though it is none; then the festival.
const NOTICES: [(i32, &str); 7] = [
    (
        2020,
        "01-01-元旦 01-19+春节 01-24-春节 01-27-春节 01-28-春节 01-29-春节 01-30-春节 01-31-春节 04-06-清明节 04-26+劳动节 \
         05-01-劳动节 05-04-劳动节 05-05-劳动节 05-09+劳动节 06-25-端午节 06-26-端午节 06-28+端午节 09-27+国庆节 10-01-中秋节 \
         10-02-国庆节 10-05-国庆节 10-06-国庆节 10-07-国庆节 10-08-国庆节 10-10+国庆节",
    ),
    (
        2021,
        "01-01-元旦 02-07+春节 02-11-春节 02-12-春节 02-15-春节 02-16-春节 02-17-春节 02-20+春节 04-05-清明节 04-25+劳动节 \
         05-03-劳动节 05-04-劳动节 05-05-劳动节 05-08+劳动节 06-14-端午节 09-18+中秋节 09-20-中秋节 09-21-中秋节 09-26+国庆节 \
         10-01-国庆节 10-04-国庆节 10-05-国庆节 10-06-国庆节 10-07-国庆节 10-09+国庆节",
    ),
    (
        2022,
        "01-03-元旦 01-29+春节 01-30+春节 01-31-春节 02-01-春节 02-02-春节 02-03-春节 02-04-春节 04-02+清明节 04-04-清明节 \
         04-05-清明节 04-24+劳动节 05-02-劳动节 05-03-劳动节 05-04-劳动节 05-07+劳动节 06-03-端午节 09-12-中秋节 10-03-国庆节 \
         10-04-国庆节 10-05-国庆节 10-06-国庆节 10-07-国庆节 10-08+国庆节 10-09+国庆节",
    ),
    (
        2023,
        "01-02-元旦 01-23-春节 01-24-春节 01-25-春节 01-26-春节 01-27-春节 01-28+春节 01-29+春节 04-05-清明节 04-23+劳动节 \
         05-01-劳动节 05-02-劳动节 05-03-劳动节 05-06+劳动节 06-22-端午节 06-23-端午节 06-25+端午节 09-29-中秋节 10-02-国庆节 \
         10-03-国庆节 10-04-国庆节 10-05-国庆节 10-06-国庆节 10-07+国庆节 10-08+国庆节",
    ),
    (
        2024,
        "01-01-元旦 02-04+春节 02-12-春节 02-13-春节 02-14-春节 02-15-春节 02-16-春节 02-18+春节 04-04-清明节 04-05-清明节 \
         04-07+清明节 04-28+劳动节 05-01-劳动节 05-02-劳动节 05-03-劳动节 05-11+劳动节 06-10-端午节 09-14+中秋节 09-16-中秋节 \
         09-17-中秋节 09-29+国庆节 10-01-国庆节 10-02-国庆节 10-03-国庆节 10-04-国庆节 10-07-国庆节 10-12+国庆节",
    ),
    (
        2025,
        "01-01-元旦 01-26+春节 01-28-春节 01-29-春节 01-30-春节 01-31-春节 02-03-春节 02-04-春节 02-08+春节 04-04-清明节 \
         04-27+劳动节 05-01-劳动节 05-02-劳动节 05-05-劳动节 06-02-端午节 09-28+国庆节 10-01-国庆节 10-02-国庆节 10-03-国庆节 \
         10-06-国庆节 10-07-国庆节 10-08-国庆节 10-11+国庆节",
    ),
    (
        2026,
        "01-01-元旦 01-02-元旦 01-04+元旦 02-14+春节 02-16-春节 02-17-春节 02-18-春节 02-19-春节 02-20-春节 02-23-春节 \
         02-28+春节 04-06-清明节 05-01-劳动节 05-04-劳动节 05-05-劳动节 05-09+劳动节 06-19-端午节 09-20+国庆节 09-25-中秋节 \
         10-01-国庆节 10-02-国庆节 10-05-国庆节 10-06-国庆节 10-07-国庆节 10-10+国庆节",
    ),
];

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait]
impl MigrationTrait for Migration {
    // PostgreSQL would by itself, SQLite would not: half a migration must stay on neither.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        NewTable::new(manager, "calendar_year")
            .column(ColumnDef::new("year").integer().not_null().primary_key().take())
            .text("source")
            .create(manager)
            .await?;
        NewTable::new(manager, "calendar_day")
            .column(ColumnDef::new("day").date().not_null().primary_key().take())
            .column(ColumnDef::new("worked").boolean().not_null().take())
            .text("festival")
            .create(manager)
            .await?;
        let conn = manager.get_connection();
        for (year, days) in NOTICES {
            let source = format!("国务院办公厅关于{year}年部分节假日安排的通知");
            let year_row = format!("INSERT INTO calendar_year (year, source) VALUES ({year}, '{source}')");
            conn.execute_unprepared(&year_row).await?;
            let rows: Vec<String> = days
                .split_whitespace()
                .map(|day| format!("('{year}-{}', {}, '{}')", &day[..5], &day[5..6] == "+", &day[6..]))
                .collect();
            let rows = format!("INSERT INTO calendar_day (day, worked, festival) VALUES {}", rows.join(", "));
            conn.execute_unprepared(&rows).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_tables(manager, &["calendar_day", "calendar_year"]).await
    }
}

//! Kinds of activities and campaigns.

use async_graphql::Enum;

use crate::enum_filter;

/// The kind of an activity or campaign (活动类型).
#[derive(Enum, Clone, Copy, Debug, PartialEq, Eq)]
#[graphql(remote = "entity::activity::ActivityKind")]
pub enum ActivityKind {
    /// Clearing neglected spots of waste (清洁行动).
    CleanUp,
    /// Showing residents how to sort waste (垃圾分类宣导).
    WasteSorting,
    /// A volunteer team's theme day, whatever it is spent on (主题日).
    ThemeDay,
    /// A free clinic (义诊).
    FreeClinic,
    /// Culture and sport (文体活动).
    CultureSport,
    /// A lecture or course (讲座).
    Lecture,
    /// Study of Party history (党史学习).
    PartyStudy,
    /// Getting ready for an inspection of the city (迎检创城).
    CityInspection,
    /// Help at residents' homes (入户帮扶).
    HomeHelp,
    /// Epidemic control (疫情防控).
    EpidemicControl,
    /// Any other (其他).
    Other,
}

enum_filter!(ActivityKindFilter, ActivityKind, entity::activity::ActivityKind, "活动类型");

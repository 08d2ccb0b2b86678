//! Reports that follow what people do through the API: one deed moves one figure, in the periods that it lies in, and nothing of the neighbours'.

use chrono::{NaiveDate, TimeZone};
use serde_json::{Value, json};

use crate::{
    harness::{Actor, World, bulk::day, make},
    reports::{WHOLE, report},
};

/// Day before, first day, some day within, last day, and day after of what lasts from `first` to `last`.
fn around(first: NaiveDate, last: NaiveDate) -> [(NaiveDate, NaiveDate, bool); 6] {
    let (before, after) = (first.pred_opt().unwrap(), last.succ_opt().unwrap());
    let long_before = day(2000, 1, 1);
    [
        (long_before, before, false),
        (long_before, first, true),
        (first, first, true),
        (last, last, true),
        (last, after, true),
        (after, day(2030, 12, 31), false),
    ]
}

/// A figure in each of the periods.
async fn counts_within(
    world: &World,
    first: NaiveDate,
    last: NaiveDate,
    fields: &str,
    of: impl Fn(&Value) -> Value,
    yes: Value,
    no: Value,
) {
    for (from, to, counts) in around(first, last) {
        let found = of(&report(&world.staff, &world.community, (from, to), fields).await);
        assert_eq!(found, if counts { yes.clone() } else { no.clone() }, "{fields} from {from} to {to}");
    }
}

async fn done(actor: &Actor, mutation: &str, object: &str, input: Value) {
    make::created(actor, mutation, object, input).await;
}

/// Deeds move the figures of their own community alone: the neighbours' report stays as it was.
async fn neighbours(world: &World) -> Value {
    report(&world.stranger, &world.elsewhere, (day(2000, 1, 1), day(2030, 12, 31)), WHOLE).await
}

crate::on_both! {
    async fn what_lasts_counts_from_its_first_to_its_last_day(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here) = (&world.staff, &world.community);
        let before = neighbours(&world).await;

        let unit = make::partner_unit(staff, "单位").await;
        let input = json!({ "communityId": here, "partnerUnitId": unit, "startedOn": "2021-03-01" });
        let pairing = make::created(staff, "pairPartnerUnit", "pairing", input.clone()).await;
        done(staff, "endPairing", "pairing", json!({ "id": pairing, "expectedVersion": 1, "endedOn": "2021-03-31" })).await;
        counts_within(&world, day(2021, 3, 1), day(2021, 3, 31), "partnerUnits", |report| report["partnerUnits"].clone(), json!(1), json!(0)).await;
        // Paired again later, it is the same unit.
        let again = json!({ "communityId": here, "partnerUnitId": unit, "startedOn": "2021-06-01" });
        done(staff, "pairPartnerUnit", "pairing", again).await;
        let whole = report(staff, here, (day(2021, 3, 1), day(2021, 6, 1)), "partnerUnits").await;
        assert_eq!(whole["partnerUnits"], 1);

        // Lent, and then handed over for good: on the day of the change it is both.
        let vehicle = make::vehicle(staff, here, &unit, "车 1").await;
        let input = json!({ "id": vehicle, "expectedVersion": 1, "tenure": "TRANSFERRED", "partnerUnitId": unit, "changedOn": "2021-02-01" });
        done(staff, "changeAssetTenure", "asset", input).await;
        let on_loan = |report: &Value| report["vehiclesOnLoan"].clone();
        counts_within(&world, day(2020, 6, 1), day(2021, 2, 1), "vehiclesOnLoan", on_loan, json!(1), json!(0)).await;
        done(staff, "voidAsset", "asset", json!({ "id": vehicle, "expectedVersion": 2, "reason": "误录" })).await;
        let voided = report(staff, here, (day(2020, 6, 1), day(2021, 1, 31)), "vehiclesOnLoan").await;
        assert_eq!(voided["vehiclesOnLoan"], 0, "a mistake was never there");

        let room = make::facility(staff, here, "书屋").await;
        done(staff, "closeFacility", "facility", json!({ "id": room, "expectedVersion": 1, "closedOn": "2021-12-31", "reason": "迁建" })).await;
        counts_within(&world, day(2021, 4, 23), day(2021, 12, 31), "facilities", |report| report["facilities"].clone(), json!(1), json!(0)).await;

        // A member who left, and came back on another day: one person, but not on the days between.
        let team = make::team(staff, here, "服务队").await;
        let volunteer = make::volunteer(staff, here, &world.resident().await).await;
        let member = make::member(staff, &team, &volunteer).await;
        done(staff, "leaveTeam", "teamMembership", json!({ "id": member, "expectedVersion": 1, "endedOn": "2021-02-28" })).await;
        done(staff, "joinTeam", "team", json!({ "teamId": team, "volunteerIds": [volunteer], "startedOn": "2021-05-01" })).await;
        for (from, to, members) in [
            (day(2021, 1, 1), day(2021, 1, 31), 0),
            (day(2021, 2, 28), day(2021, 2, 28), 1),
            (day(2021, 3, 1), day(2021, 4, 30), 0),
            (day(2021, 2, 1), day(2021, 12, 31), 1),
        ] {
            let found = report(staff, here, (from, to), "teams { name members }").await;
            assert_eq!(found["teams"], json!([{ "name": "服务队", "members": members }]), "from {from} to {to}");
        }
        let founded = report(staff, here, (day(2020, 1, 1), day(2020, 12, 31)), "teams { name }").await;
        assert_eq!(founded["teams"], json!([]), "not founded yet");
        assert_eq!(neighbours(&world).await, before);
    }

    async fn sponsorships_and_instalments_are_cut_by_a_period_at_either_end(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here) = (&world.staff, &world.community);
        let before = neighbours(&world).await;
        let (pupil, unit) = (world.resident().await, world.unit().await);
        let sponsorship = make::sponsorship(staff, here, &pupil, &unit).await;
        let input = json!({
            "communityId": here, "residentId": pupil, "partnerUnitId": unit, "purpose": "助餐", "yuan": "100.01",
            "paymentInterval": "MONTH", "firstDueOn": "2021-01-01", "instalments": 12,
        });
        done(staff, "recordSponsorship", "sponsorship", input).await;
        let fields = "sponsorshipPerYear { yuan precision } sponsorshipPaid { yuan precision }";
        let figures = |per_year: &str, paid: &str| json!({
            "sponsorshipPerYear": { "yuan": per_year, "precision": "EXACT" }, "sponsorshipPaid": { "yuan": paid, "precision": "EXACT" },
        });
        let year = |year: i32| (day(year, 1, 1), day(year, 12, 31));
        let of = |period| report(staff, here, period, fields);
        assert_eq!(of(year(2020)).await, figures("2000.00", "0.00"));
        // A year's worth, though the period is a day.
        assert_eq!(of((day(2021, 12, 31), day(2021, 12, 31))).await, figures("3200.12", "0.00"));
        assert_eq!(of((day(2022, 8, 31), day(2022, 8, 31))).await, figures("2000.00", "0.00"), "the last day that is covered");
        assert_eq!(of((day(2022, 9, 1), day(2022, 12, 31))).await, figures("0.00", "0.00"));

        // Paid after the turn of the year that it was due in: it counts when it was paid.
        let first = make::instalment(staff, &sponsorship).await;
        done(staff, "payInstalment", "instalment", json!({ "id": first, "expectedVersion": 1, "paidOn": "2021-01-15" })).await;
        assert_eq!(of(year(2020)).await, figures("2000.00", "0.00"));
        assert_eq!(of(year(2021)).await, figures("3200.12", "2000.00"));
        assert_eq!(of((day(2021, 1, 16), day(2021, 12, 31))).await, figures("3200.12", "0.00"));
        assert_eq!(of((day(2021, 1, 15), day(2021, 1, 15))).await, figures("3200.12", "2000.00"));
        done(staff, "voidInstalmentPayment", "instalment", json!({ "id": first, "expectedVersion": 2, "reason": "误录" })).await;
        assert_eq!(of(year(2021)).await, figures("3200.12", "0.00"));
        done(staff, "voidSponsorship", "sponsorship", json!({ "id": sponsorship, "expectedVersion": make::version(staff, &sponsorship).await, "reason": "误录" })).await;
        assert_eq!(of(year(2021)).await, figures("1200.12", "0.00"));
        assert_eq!(neighbours(&world).await, before);
    }

    async fn money_and_goods_move_their_own_figure_by_exactly_what_came(app: TestApp) {
        let world = World::new(&app).await;
        let (staff, here, unit) = (&world.staff, &world.community, world.unit().await);
        let before = neighbours(&world).await;
        let give = |kind: &'static str, received: Value, on: &'static str| {
            let input = json!({
                "communityId": here, "kind": kind, "title": "捐赠", "contributors": [{ "partnerUnitId": unit }],
                "received": received, "receivedOn": on,
            });
            async move { make::created(staff, "recordContribution", "contribution", input).await }
        };
        let fields = "cashContributed { yuan precision } goodsValue { yuan precision } partnerUnits";
        let figures = |cash: (&str, &str), goods: (&str, &str), paired: i64| json!({
            "cashContributed": { "yuan": cash.0, "precision": cash.1 }, "goodsValue": { "yuan": goods.0, "precision": goods.1 }, "partnerUnits": paired,
        });
        let of = || report(staff, here, (day(2021, 1, 1), day(2021, 12, 31)), fields);
        assert_eq!(of().await, figures(("0.00", "EXACT"), ("0.00", "EXACT"), 0));
        give("CASH", json!({ "yuan": "1000.10" }), "2021-01-01").await;
        give("CASH", json!({ "yuan": "99.99" }), "2020-12-31").await;
        give("CASH", json!({ "yuan": "99.99" }), "2022-01-01").await;
        assert_eq!(of().await, figures(("1000.10", "EXACT"), ("0.00", "EXACT"), 0));
        give("GOODS", json!({ "quantity": "3", "yuan": "500" }), "2021-12-31").await;
        assert_eq!(of().await, figures(("1000.10", "EXACT"), ("500.00", "EXACT"), 0), "goods are no money");
        give("CASH", json!({ "yuan": "5000", "valuePrecision": "AT_LEAST" }), "2021-06-01").await;
        give("GOODS", json!({}), "2021-06-01").await;
        assert_eq!(of().await, figures(("6000.10", "AT_LEAST"), ("500.00", "AT_LEAST"), 0));
        give("GOODS", json!({ "yuan": "20", "valuePrecision": "ABOUT" }), "2021-06-02").await;
        assert_eq!(of().await, figures(("6000.10", "AT_LEAST"), ("520.00", "ABOUT"), 0));
        // Promised, and not here yet.
        let input = json!({ "communityId": here, "kind": "CASH", "title": "认捐", "contributors": [{ "partnerUnitId": unit }], "pledged": { "yuan": "7" }, "pledgedOn": "2021-06-01" });
        done(staff, "recordContribution", "contribution", input).await;
        assert_eq!(of().await, figures(("6000.10", "AT_LEAST"), ("520.00", "ABOUT"), 0));
        assert_eq!(neighbours(&world).await, before);
    }

    /// 17:00 in London on New Year's Eve: the new year has begun in Shanghai, and not yet in Urumqi.
    async fn figures_go_by_the_day_in_the_communitys_own_time_zone(app: TestApp) {
        let world = World::new(&app).await;
        let district = make::created(&world.operator, "registerSubDistrict", "subDistrict", json!({ "code": "659999001", "name": "西部街道" })).await;
        let input = json!({ "subDistrictId": district, "code": "659999001001", "name": "西部社区", "timeZone": "Asia/Urumqi" });
        let west = make::created(&world.operator, "registerCommunity", "community", input).await;
        let unit = world.unit().await;
        app.app.clock.hold(chrono::Utc.with_ymd_and_hms(2021, 12, 31, 17, 0, 0).unwrap());
        for community in [&world.community, &west] {
            let input = json!({ "communityId": community, "kind": "CASH", "title": "捐款", "contributors": [{ "partnerUnitId": unit }], "received": { "yuan": "10" } });
            done(&world.operator, "recordContribution", "contribution", input).await;
        }
        for (community, year, yuan) in [(&world.community, 2021, "0.00"), (&world.community, 2022, "10.00"), (&west, 2021, "10.00"), (&west, 2022, "0.00")] {
            let found = report(&world.operator, community, (day(year, 1, 1), day(year, 12, 31)), "cashContributed { yuan }").await;
            assert_eq!(found["cashContributed"]["yuan"], yuan, "{community} {year}");
        }
    }
}

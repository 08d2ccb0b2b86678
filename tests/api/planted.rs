//! Values that nobody could take for others, on rows of one's own and of others: whatever is asked, they show where they may be shown and nowhere else.

use entity::{aid_record, resident::Sex};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::{Value, json};
use tongxin::relay::id::encode;

use crate::{
    harness::{Actor, TestApp, dump, make, stage::Stage},
    privacy::{Log, Seeker, id_card},
    role_matrix::{mutations, objects, queries},
};

/// Every column that speaks for somebody who keeps the records of the community.
const KEEPERS: [&str; 2] = ["secretary", "staff"];

/// A value, and the columns that may be told it: by an answer of the kind that their role is for.
struct Planted {
    value: String,
    told: Vec<&'static str>,
}

#[derive(Default)]
struct Garden(Vec<Planted>);

impl Garden {
    fn plant(&mut self, value: impl Into<String>, told: &[&[&'static str]]) -> String {
        let value = value.into();
        self.0.push(Planted { value: value.clone(), told: told.concat() });
        value
    }
}

/// Changes an object that nobody has changed yet.
async fn amend(actor: &Actor, mutation: &str, object: &str, id: &str, more: Value) {
    let mut input = json!({ "id": id, "expectedVersion": make::version(actor, id).await });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    make::created(actor, mutation, object, input).await;
}

async fn planted(app: &TestApp, stage: &Stage) -> Garden {
    let mut garden = Garden::default();
    let (here, there) = (&stage.here, &stage.elsewhere);
    let (staff, stranger) = (&stage.world.staff, &stage.world.stranger);
    let home = ["grid-staff", "resident", "household"].as_slice();
    let (grid, nobody) = (["grid-staff"].as_slice(), [].as_slice());
    let (operator, keepers) = (["operator"].as_slice(), KEEPERS.as_slice());
    // Whose account it is; who lives with them; who lives in the grid, and who does not; somebody of the other community. Each with who is told the birth date and
    // the name, and who the telephone.
    let people = [
        (staff, &here.residents[0], "龘", [operator, keepers, home], [keepers, home]),
        (staff, &here.residents[1], "靐齉", [operator, keepers, home], [keepers, grid]),
        (staff, &here.residents[10], "爨灪齾", [operator, keepers, grid], [keepers, grid]),
        (staff, &here.residents[3], "麣买提·籱力", [operator, keepers, nobody], [keepers, nobody]),
        (stranger, &there.residents[0], "Qzyxwv Plmokn", [operator, nobody, nobody], [nobody, nobody]),
    ];
    for (place, (actor, row, name, told, called)) in people.into_iter().enumerate() {
        // The volunteer among the columns is the first of them.
        let volunteer = if place == 0 { ["volunteer"].as_slice() } else { nobody };
        // The card's last digit but one says the sex.
        let sex = if row.sex == Sex::Male { 1 } else { 2 };
        let card = id_card(&format!("370202193{place}07190{place}{sex}"));
        let input = json!({
            "fullName": garden.plant(name, &[&told.concat(), volunteer]),
            "phone": garden.plant(format!("1596666100{place}"), &called),
            "birthDate": garden.plant(format!("193{place}-07-19"), &told),
            "idDocument": { "kind": "RESIDENT_ID_CARD", "number": garden.plant(card, &[]) },
        });
        amend(actor, "amendResident", "resident", &encode("resident", row.id), input).await;
    }
    for (actor, row, room, told) in [
        (staff, &here.households[0], "7731甲", [operator, keepers, home]),
        (staff, &here.households[1], "7732乙", [operator, keepers, nobody]),
        (stranger, &there.households[0], "7733丙", [operator, nobody, nobody]),
    ] {
        let input = json!({ "room": garden.plant(room, &told) });
        amend(actor, "amendHousehold", "household", &encode("household", row.id), input).await;
    }
    let worker = json!({ "fullName": garden.plant("驫鱻䨻䲜", &[operator, keepers, grid]), "phone": garden.plant("15966662001", &[keepers]) });
    amend(staff, "amendStaffMember", "staffMember", &encode("staff_member", here.staff[0].id), worker).await;
    let employee =
        here.volunteers.iter().find(|row| row.resident_id.is_none() && row.staff_member_id.is_none()).unwrap();
    let input = json!({ "fullName": garden.plant("欧阳厵羴", &[operator, keepers]) });
    amend(staff, "amendVolunteer", "volunteer", &encode("volunteer", employee.id), input).await;
    let guardian = json!({
        "residentId": encode("resident", here.residents[3].id), "purpose": "SENSITIVE_CIRCUMSTANCES", "means": "PAPER", "givenOn": "2019-01-01",
        "guardian": { "relation": "PARENT", "fullName": garden.plant("虪鸞", &[operator, keepers]) },
        "note": garden.plant("柜二格九", &[operator, keepers]),
    });
    make::created(staff, "recordConsent", "consent", guardian).await;
    // A remark on what somebody was given; who paid for it sees the grant without the remark.
    let note = garden.plant("因瘫痪在床", &[operator, keepers]);
    let of = aid_record::Column::ResidentId.eq(here.residents[4].id);
    let update = aid_record::Entity::update_many().col_expr(aid_record::Column::Note, Expr::value(note)).filter(of);
    assert!(update.exec(app.app.db.writer()).await.unwrap().rows_affected > 0);
    garden
}

crate::on_both! {
    async fn what_is_masked_is_in_no_answer_no_error_no_log_and_no_event(app: TestApp) {
        let (log, _listening) = Log::listen();
        let mut stage = Stage::new(&app).await;
        let garden = planted(&app, &stage).await;
        stage.look(&app).await;
        objects::lines(&stage).await;
        queries::lines(&app, &stage).await;
        mutations::lines(&app, &stage).await;
        // And all that can be asked with the values themselves.
        for column in &stage.columns {
            for Planted { value, .. } in &garden.0 {
                let asked = json!({ "v": value });
                for query in [
                    "query($v: String!) { search(text: $v) { hits { field node { id } } } }",
                    "query($v: String) { residents(filter: { name: { eq: $v } }) { totalCount } }",
                    "query($v: String) { residents(filter: { phone: $v }) { totalCount } }",
                    "query($v: String!) { residents(filter: { idDocument: { kind: RESIDENT_ID_CARD, number: $v } }) { totalCount } }",
                    "query($v: ID!) { node(id: $v) { id } }",
                    "query($v: String) { residents(after: $v) { totalCount } }",
                ] {
                    column.ask(query, asked.clone()).await;
                }
            }
        }

        let (mut wrong, mut shown) = (Vec::new(), 0);
        for column in &stage.columns {
            let heard = column.heard();
            for Planted { value, told } in &garden.0 {
                let found = !Seeker::new(&[value]).found_in(&heard).is_empty();
                // One account, two columns.
                let may = told.contains(&column.name);
                shown += usize::from(found);
                if found && !may {
                    wrong.push(format!("{} was told {value}", column.name));
                }
                if may && !found {
                    wrong.push(format!("{} was not told {value}: the test does not look where it shows", column.name));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(shown > 50, "{shown}");
        let values: Vec<&str> = garden.0.iter().map(|planted| planted.value.as_str()).collect();
        let everywhere = Seeker::new(&values);
        everywhere.finds_nothing_in(&log.bytes(), "the log");
        let streams: Vec<String> = dump::rows(app.app.db.writer())
            .await
            .into_iter()
            .filter(|row| row.starts_with("event:") || row.starts_with("audit_entry:"))
            .collect();
        assert!(streams.len() > 200, "events and audit entries were written");
        everywhere.finds_nothing_in(streams.join("\n").as_bytes(), "events and audit entries");
    }
}

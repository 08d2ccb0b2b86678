//! A valid input of every mutation, fresh each time: what tests of all mutations are made of.

use std::pin::Pin;

use serde_json::{Value, json};

use crate::harness::{Actor, World, make};

pub type Making<'a> = Pin<Box<dyn Future<Output = Value> + Send + 'a>>;

/// Whose mutation it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Operator,
    Staff,
}

pub struct Specimen {
    pub mutation: &'static str,
    pub by: By,
    make: fn(&World) -> Making<'_>,
}

impl Specimen {
    /// A new input, and on record whatever it refers to.
    pub async fn input(&self, world: &World) -> Value {
        (self.make)(world).await
    }

    pub fn actor<'w>(&self, world: &'w World) -> &'w Actor {
        match self.by {
            By::Operator => &world.operator,
            By::Staff => &world.staff,
        }
    }
}

macro_rules! specimens {
    ($($mutation:ident by $by:ident: |$world:ident| $input:expr;)+) => {
        pub const SPECIMENS: &[Specimen] = &[$(Specimen {
            mutation: stringify!($mutation),
            by: By::$by,
            make: |$world| Box::pin(async move { $input }),
        }),+];
    };
}

specimens! {
    registerSubDistrict by Operator: |w| json!({ "code": format!("{:09}", 100_000_000 + w.number()), "name": w.name("街道") });
    registerCommunity by Operator: |w| {
        let code = format!("{:09}", 200_000_000 + w.number());
        let input = json!({ "code": code, "name": w.name("街道") });
        let district = make::created(&w.operator, "registerSubDistrict", "subDistrict", input).await;
        json!({ "subDistrictId": district, "code": format!("{code}001"), "name": w.name("社区"), "timeZone": "Asia/Urumqi" })
    };
    registerGrid by Staff: |w| json!({ "communityId": w.community, "name": w.name("网格") });
    registerBuilding by Staff: |w| {
        let grid = make::grid(&w.staff, &w.community, &w.name("网格")).await;
        json!({ "communityId": w.community, "gridId": grid, "name": w.name("楼"), "address": "滨海路 1 号" })
    };
    amendBuilding by Staff: |w| json!({ "id": w.building().await, "expectedVersion": 1, "name": w.name("楼") });
    moveBuildings by Staff: |w| json!({
        "buildingIds": [w.building().await, w.building().await], "gridId": make::grid(&w.staff, &w.community, &w.name("网格")).await,
    });
    mergeGrids by Staff: |w| {
        let (grid, into) = (make::grid(&w.staff, &w.community, &w.name("网格")).await, make::grid(&w.staff, &w.community, &w.name("网格")).await);
        let posting = json!({ "staffMemberId": worker(w).await, "role": "GRID_WORKER", "gridId": grid, "startedOn": "2021-01-01" });
        make::created(&w.staff, "postStaffMember", "posting", posting).await;
        json!({ "gridId": grid, "expectedVersion": 1, "intoGridId": into, "on": "2022-01-01" })
    };

    registerHousehold by Staff: |w| json!({
        "communityId": w.community, "buildingId": w.building().await, "unit": "1", "room": "201", "headId": w.resident().await,
        "startedOn": "2020-01-01",
    });
    amendHousehold by Staff: |w| json!({ "id": w.household().await.0, "expectedVersion": 1, "unit": "2", "room": w.name("室") });
    addHouseholdMember by Staff: |w| json!({
        "householdId": w.household().await.0, "expectedVersion": 1, "residentId": w.resident().await, "relation": "CHILD",
    });
    endHouseholdMembership by Staff: |w| {
        let (household, head) = w.household().await;
        json!({ "householdId": household, "expectedVersion": 1, "residentId": head })
    };
    changeHouseholdHead by Staff: |w| {
        let (household, _) = w.household().await;
        let member = w.resident().await;
        let input = json!({ "householdId": household, "residentId": member, "relation": "SPOUSE" });
        make::created(&w.staff, "addHouseholdMember", "household", input).await;
        json!({ "householdId": household, "expectedVersion": 2, "residentId": member, "formerHeadRelation": "SPOUSE" })
    };

    splitHousehold by Staff: |w| {
        let (household, child, _) = couple(w).await;
        json!({
            "householdId": household, "expectedVersion": 2, "members": [{ "residentId": child, "relation": "HEAD" }], "unit": "2", "room": "202",
            "buildingId": w.building().await, "on": "2021-06-01",
        })
    };
    mergeHouseholds by Staff: |w| {
        let ((household, child, head), into) = (couple(w).await, w.household().await.0);
        let members = [json!({ "residentId": head, "relation": "PARENT" }), json!({ "residentId": child, "relation": "SIBLING" })];
        json!({ "householdId": household, "expectedVersion": 2, "intoHouseholdId": into, "members": members, "on": "2021-06-01" })
    };
    moveHouseholds by Staff: |w| {
        let household = w.household().await.0;
        let address = json!({ "householdId": household, "unit": null, "room": w.name("室") });
        json!({ "buildingId": w.building().await, "householdIds": [household], "unit": "3", "addresses": [address] })
    };

    registerResident by Staff: |w| json!({
        "communityId": w.community, "fullName": w.name("居民"), "sex": "FEMALE", "birthDate": "1960-02-29",
        "idDocument": { "kind": "PASSPORT", "number": format!("E{:08}", w.number()) }, "phone": "13800138000",
    });
    amendResident by Staff: |w| json!({
        "id": w.resident().await, "expectedVersion": 1, "fullName": w.name("居民"), "phone": "13800138001", "birthDate": "1960-03-01",
    });
    recordMoveOut by Staff: |w| {
        let (_, child, head) = couple(w).await;
        json!({ "residentIds": [head, child], "on": "2021-06-01", "note": w.name("去向") })
    };
    recordDeath by Staff: |w| {
        let (_, child, head) = couple(w).await;
        let relations = [json!({ "residentId": child, "relation": "HEAD" })];
        json!({ "residentId": head, "expectedVersion": 1, "on": "2021-06-01", "successorId": child, "relations": relations, "note": "备注" })
    };
    recordReturn by Staff: |w| json!({ "residentId": moved_out(w).await.0, "expectedVersion": 2, "on": "2022-01-01", "note": "备注" });
    amendLifeEvent by Staff: |w| json!({ "id": moved_out(w).await.1, "expectedVersion": 1, "on": "2021-05-01", "note": "备注" });
    withdrawLifeEvent by Staff: |w| json!({ "id": moved_out(w).await.1, "expectedVersion": 1, "reason": "误登" });

    recordConsent by Staff: |w| {
        let unit = w.unit().await;
        json!({
            "residentId": w.resident().await, "purpose": "SHARE_WITH_PARTNER", "partnerUnitId": unit, "means": "PAPER",
            "guardian": { "relation": "PARENT", "fullName": w.name("监护人") }, "note": "原件存档", "givenOn": "2020-01-01", "expiresOn": "2030-01-01",
        })
    };
    withdrawConsent by Staff: |w| {
        let id = make::consent(&w.staff, &w.resident().await).await;
        json!({ "id": id, "expectedVersion": 1, "withdrawnOn": "2021-01-01", "reason": "本人要求" })
    };
    recordCircumstance by Staff: |w| json!({
        "residentId": consenting(w).await, "legalBasis": "CONSENT", "kind": "DISABILITY", "disabilityKind": "HEARING", "disabilityGrade": 2, "source": "残疾人证",
        "startedOn": "2019-01-01",
    });
    endCircumstance by Staff: |w| {
        let input = json!({ "residentId": consenting(w).await, "kind": "LOW_INCOME", "startedOn": "2019-01-01" });
        let id = make::created(&w.staff, "recordCircumstance", "circumstance", input).await;
        json!({ "id": id, "expectedVersion": 1, "endedOn": "2021-01-01" })
    };

    registerPartnerUnit by Staff: |w| json!({
        "name": w.name("单位"), "kind": "BANK", "aliases": [w.name("别名")], "pairing": { "communityId": w.community, "note": "结对" },
    });
    amendPartnerUnit by Staff: |w| json!({ "id": w.unit().await, "expectedVersion": 1, "name": w.name("单位") });
    addPartnerUnitAlias by Staff: |w| json!({ "partnerUnitId": w.unit().await, "expectedVersion": 1, "alias": w.name("别名") });
    pairPartnerUnit by Staff: |w| {
        let unit = make::partner_unit(&w.staff, &w.name("单位")).await;
        json!({ "communityId": w.community, "partnerUnitId": unit, "startedOn": "2020-05-01", "note": w.name("结对") })
    };
    endPairing by Staff: |w| {
        let unit = make::partner_unit(&w.staff, &w.name("单位")).await;
        json!({ "id": make::paired(&w.staff, &w.community, &unit).await, "expectedVersion": 1 })
    };

    grantRole by Operator: |w| {
        let (account, grid) = (account(w).await.0, make::grid(&w.staff, &w.community, &w.name("网格")).await);
        json!({
            "communityId": w.community, "account": account, "role": "STAFF", "gridIds": [grid], "staffMemberId": worker(w).await,
            "startsOn": "2190-01-01", "endsOn": "2199-12-31",
        })
    };
    endRole by Operator: |w| json!({ "id": account(w).await.1, "expectedVersion": 1 });
    handOver by Staff: |w| {
        let (from, to) = (worker(w).await, make::posted(&w.staff, &w.community, &w.name("职员")).await);
        let project = json!({ "communityId": w.community, "title": w.name("项目"), "responsibleId": from });
        make::created(&w.staff, "proposeProject", "project", project).await;
        json!({ "fromId": from, "toId": to })
    };
    registerStaffMember by Staff: |w| json!({ "communityId": w.community, "fullName": w.name("职员"), "phone": "0532-86888888" });
    amendStaffMember by Staff: |w| json!({ "id": worker(w).await, "expectedVersion": 1, "fullName": w.name("职员") });
    postStaffMember by Staff: |w| json!({
        "staffMemberId": worker(w).await, "role": "GRID_WORKER", "gridId": make::grid(&w.staff, &w.community, &w.name("网格")).await,
        "secondedById": w.unit().await, "startedOn": "2021-01-01",
    });
    endPosting by Staff: |w| {
        let input = json!({ "staffMemberId": worker(w).await, "role": "SECRETARY" });
        let posting = make::created(&w.staff, "postStaffMember", "posting", input).await;
        json!({ "id": posting, "expectedVersion": 1 })
    };

    proposeProject by Staff: |w| json!({
        "communityId": w.community, "title": w.name("项目"), "description": "说明", "budget": { "yuan": "100" },
        "responsibleId": worker(w).await, "participations": [{ "partnerUnitId": w.unit().await, "roles": ["FUNDER"], "share": "10" }],
    });
    amendProject by Staff: |w| json!({ "id": w.project().await, "expectedVersion": 1, "title": w.name("项目") });
    approveProject by Staff: |w| json!({ "id": w.project().await, "expectedVersion": 1 });
    startProject by Staff: |w| json!({ "id": project(w, &["approveProject"]).await, "expectedVersion": 2 });
    completeProject by Staff: |w| json!({ "id": project(w, &["approveProject", "startProject"]).await, "expectedVersion": 3 });
    cancelProject by Staff: |w| json!({ "id": w.project().await, "expectedVersion": 1, "reason": "场地未落实" });
    addParticipation by Staff: |w| json!({
        "projectId": w.project().await, "partnerUnitId": w.unit().await, "roles": ["HOST"], "share": "10",
    });
    amendParticipation by Staff: |w| {
        let input = json!({ "projectId": w.project().await, "partnerUnitId": w.unit().await, "roles": ["HOST"] });
        let id = make::created(&w.staff, "addParticipation", "participation", input).await;
        json!({ "id": id, "expectedVersion": 1, "roles": ["FUNDER", "LABOUR"], "share": "5" })
    };
    addMilestone by Staff: |w| json!({ "projectId": w.project().await, "title": w.name("里程碑"), "dueOn": "2199-01-01" });
    reachMilestone by Staff: |w| {
        let input = json!({ "projectId": w.project().await, "title": w.name("里程碑") });
        json!({ "id": make::created(&w.staff, "addMilestone", "milestone", input).await, "expectedVersion": 1 })
    };

    recordContribution by Staff: |w| json!({
        "communityId": w.community, "projectId": w.project().await, "kind": "GOODS", "title": w.name("物资"), "unit": "件",
        "contributors": [{ "partnerUnitId": w.unit().await, "amount": "56000" }], "pledged": { "quantity": "200", "quantityPrecision": "ABOUT" },
        "received": { "quantity": "145", "yuan": "56000" }, "pledgedOn": "2021-01-01", "receivedOn": "2021-02-01",
        "items": [
            { "name": "轮椅", "unit": "件", "received": { "quantity": "45", "yuan": "34000" }, "serialNumbers": ["SN-1"] },
            { "name": "助听器", "unit": "件", "received": { "quantity": "100", "yuan": "22000" } },
        ],
    });
    addContributionItem by Staff: |w| json!({
        "contributionId": itemised(w).await.0, "expectedVersion": 1,
        "item": { "name": "护理床", "received": { "quantity": "1", "yuan": "700" }, "serialNumbers": ["SN-9"] },
    });
    amendContributionItem by Staff: |w| json!({
        "id": itemised(w).await.1, "expectedVersion": 1, "received": { "quantity": "9", "yuan": "900" }, "addSerialNumbers": ["SN-2"],
    });
    receiveContribution by Staff: |w| json!({
        "id": w.goods().await, "expectedVersion": 1, "received": { "quantity": "30", "yuan": "300" }, "receivedOn": "2022-02-01",
    });
    amendContribution by Staff: |w| json!({
        "id": w.goods().await, "expectedVersion": 1, "title": w.name("物资"), "projectId": w.project().await,
    });

    establishAidProgramme by Staff: |w| json!({
        "communityId": w.community, "name": w.name("助老"), "scope": "PERSON", "description": "说明", "oncePer": "YEAR", "secondApprover": true,
        "rules": {
            "circumstances": ["LOW_INCOME"], "ageFrom": 60, "ageTo": 99, "gridIds": [make::grid(&w.staff, &w.community, &w.name("网格")).await],
            "ceiling": { "yuan": "100.50", "times": 2, "per": "YEAR" }, "opensOn": "2022-01-01", "closesOn": "2022-12-31",
            "contributionIds": [w.goods().await], "documents": ["户口簿"],
        },
    });
    amendAidProgramme by Staff: |w| {
        let id = make::programme(&w.staff, &w.community, &w.name("助老"), "PERSON").await;
        json!({ "id": id, "expectedVersion": 1, "name": w.name("助老"), "description": "说明", "oncePer": "MONTH", "secondApprover": true, "rules": { "ageFrom": 60, "documents": ["低保证"] } })
    };
    excludeAidProgrammes by Staff: |w| json!({ "programmeIds": programmes(w).await, "by": "HOUSEHOLD" });
    allowAidProgrammesTogether by Staff: |w| {
        let pair = programmes(w).await;
        make::created(&w.staff, "excludeAidProgrammes", "aidProgrammes", json!({ "programmeIds": pair, "by": "PERSON" })).await;
        json!({ "programmeIds": pair })
    };
    planAidBatch by Staff: |w| json!({
        "communityId": w.community, "residentIds": [w.resident().await, w.resident().await], "contributionId": w.goods().await,
        "programmeId": make::programme(&w.staff, &w.community, &w.name("助老"), "PERSON").await, "projectId": w.project().await,
        "quantity": "2", "value": "20.50", "shared": true, "givenOn": "2022-03-01", "note": "备注",
    });
    recordAid by Staff: |w| json!({
        "communityId": w.community, "residentId": w.resident().await, "contributionId": w.goods().await,
        "programmeId": make::programme(&w.staff, &w.community, &w.name("助老"), "PERSON").await, "projectId": w.project().await,
        "kind": "GOODS", "quantity": "2", "value": "20.50", "givenOn": "2022-03-01", "note": "备注",
    });
    approveAid by Staff: |w| json!({ "id": w.aid().await, "expectedVersion": 1 });
    refuseAid by Staff: |w| json!({ "id": w.aid().await, "expectedVersion": 1, "reason": "材料不全" });
    deliverAid by Staff: |w| json!({
        "id": aid(w, &["approveAid"]).await, "expectedVersion": 2, "signature": { "by": "DELEGATE", "name": "代领人" },
    });
    cancelAid by Staff: |w| json!({ "id": aid(w, &["approveAid"]).await, "expectedVersion": 2, "reason": "本人放弃" });
    returnAid by Staff: |w| json!({ "id": aid(w, &["approveAid", "deliverAid"]).await, "expectedVersion": 3, "reason": "借期届满" });
    reverseAid by Staff: |w| json!({ "id": aid(w, &["approveAid", "deliverAid"]).await, "expectedVersion": 3, "reason": "录入有误" });
    approveAidBatch by Staff: |w| json!({ "ids": [w.aid().await, w.aid().await] });
    refuseAidBatch by Staff: |w| json!({ "ids": [w.aid().await, w.aid().await], "reason": "材料不全" });
    deliverAidBatch by Staff: |w| json!({
        "ids": [aid(w, &["approveAid"]).await], "deliveredAt": "2022-03-01T10:00:00+08:00", "signature": { "by": "RECIPIENT" },
    });
    cancelAidBatch by Staff: |w| json!({ "ids": [w.aid().await, aid(w, &["approveAid"]).await], "reason": "本人放弃" });
    returnAidBatch by Staff: |w| json!({ "ids": [aid(w, &["approveAid", "deliverAid"]).await], "reason": "借期届满" });
    recordSponsorship by Staff: |w| json!({
        "communityId": w.community, "residentId": w.resident().await, "partnerUnitId": w.unit().await, "projectId": w.project().await,
        "purpose": w.name("助学"), "yuan": "500.50", "paymentInterval": "HALF_YEAR", "firstDueOn": "2020-09-01", "instalments": 4,
    });
    extendSponsorship by Staff: |w| json!({ "id": w.sponsorship().await, "expectedVersion": 1, "instalments": 2 });
    amendSponsorship by Staff: |w| json!({
        "id": w.sponsorship().await, "expectedVersion": 1, "purpose": w.name("助学"), "projectId": w.project().await,
    });
    endSponsorship by Staff: |w| json!({ "id": w.sponsorship().await, "expectedVersion": 1, "endedOn": "2021-01-01", "reason": "单位注销" });
    voidSponsorship by Staff: |w| json!({ "id": w.sponsorship().await, "expectedVersion": 1, "reason": "重复登记" });
    payInstalment by Staff: |w| json!({ "id": instalment(w).await, "expectedVersion": 1, "paidOn": "2020-09-15" });
    missInstalment by Staff: |w| json!({ "id": instalment(w).await, "expectedVersion": 1, "reason": "经费未到位" });
    voidInstalmentPayment by Staff: |w| {
        let id = instalment(w).await;
        make::created(&w.staff, "payInstalment", "instalment", json!({ "id": id, "expectedVersion": 1 })).await;
        json!({ "id": id, "expectedVersion": 2, "reason": "录入有误" })
    };

    enrolVolunteer by Staff: |w| json!({
        "communityId": w.community, "kind": "RESIDENT", "residentId": w.resident().await, "startedOn": "2021-01-01",
    });
    amendVolunteer by Staff: |w| {
        let input = json!({ "communityId": w.community, "kind": "PARTNER_EMPLOYEE", "partnerUnitId": w.unit().await, "fullName": w.name("职工") });
        let id = make::created(&w.staff, "enrolVolunteer", "volunteer", input).await;
        json!({ "id": id, "expectedVersion": 1, "fullName": w.name("职工"), "partnerUnitId": w.unit().await })
    };
    endVolunteer by Staff: |w| {
        let volunteer = w.volunteer().await;
        make::member(&w.staff, &w.team().await, &volunteer).await;
        json!({ "id": volunteer, "expectedVersion": 1, "endedOn": "2021-12-31", "reason": "搬家" })
    };
    formTeam by Staff: |w| json!({
        "communityId": w.community, "name": w.name("队"), "description": "说明", "partyRule": "MEMBER", "startedOn": "2021-01-01",
    });
    amendTeam by Staff: |w| json!({
        "id": w.team().await, "expectedVersion": 1, "name": w.name("队"), "description": "说明", "partyRule": "MEMBER",
    });
    dissolveTeam by Staff: |w| {
        let team = w.team().await;
        make::member(&w.staff, &team, &w.volunteer().await).await;
        json!({ "id": team, "expectedVersion": 1, "endedOn": "2021-12-31" })
    };
    joinTeam by Staff: |w| json!({
        "teamId": w.team().await, "volunteerIds": [w.volunteer().await, w.volunteer().await], "startedOn": "2021-02-01",
    });
    leaveTeam by Staff: |w| json!({
        "id": make::member(&w.staff, &w.team().await, &w.volunteer().await).await, "expectedVersion": 1, "endedOn": "2021-12-31",
    });
    appointTeamLeader by Staff: |w| {
        let (team, volunteer) = (w.team().await, w.volunteer().await);
        make::member(&w.staff, &team, &volunteer).await;
        json!({ "teamId": team, "expectedVersion": 1, "volunteerId": volunteer, "startedOn": "2021-03-01" })
    };
    recordPartyMembership by Staff: |w| json!({
        "volunteerId": w.volunteer().await, "standing": "APPLICANT", "source": "社区党委", "startedOn": "2019-01-01", "endedOn": "2020-01-01",
    });
    endPartyMembership by Staff: |w| json!({
        "id": make::standing(&w.staff, &w.volunteer().await, "MEMBER").await, "expectedVersion": 1, "endedOn": "2021-12-31",
    });

    openFacility by Staff: |w| json!({
        "communityId": w.community, "kind": "ACTIVITY_ROOM", "name": w.name("活动室"), "buildingId": w.building().await,
        "projectId": w.project().await, "place": "一层", "openedOn": "2020-09-28",
    });
    amendFacility by Staff: |w| json!({ "id": facility(w).await, "expectedVersion": 1, "name": w.name("书屋"), "openedOn": "2021-04-24" });
    closeFacility by Staff: |w| json!({ "id": facility(w).await, "expectedVersion": 1, "closedOn": "2022-03-04", "reason": "迁建" });
    voidFacility by Staff: |w| json!({ "id": facility(w).await, "expectedVersion": 1, "reason": "重复登记" });
    registerAsset by Staff: |w| json!({
        "communityId": w.community, "kind": "TELEVISION", "name": w.name("电视机"), "tag": w.name("资产"), "facilityId": facility(w).await,
        "contributionId": w.goods().await, "note": "备注", "tenure": "TRANSFERRED", "partnerUnitId": w.unit().await, "startedOn": "2021-09-13",
    });
    amendAsset by Staff: |w| json!({ "id": vehicle(w).await, "expectedVersion": 1, "name": w.name("车辆"), "facilityId": facility(w).await });
    changeAssetTenure by Staff: |w| json!({
        "id": vehicle(w).await, "expectedVersion": 1, "tenure": "TRANSFERRED", "partnerUnitId": w.unit().await, "changedOn": "2021-06-01",
        "note": "移交",
    });
    endAssetTenure by Staff: |w| json!({ "id": vehicle(w).await, "expectedVersion": 1, "endedOn": "2022-03-04" });
    voidAsset by Staff: |w| json!({ "id": vehicle(w).await, "expectedVersion": 1, "reason": "重复登记" });
    planCampaign by Staff: |w| json!({
        "communityId": w.community, "kind": "CITY_INSPECTION", "title": w.name("行动"), "description": "说明", "startedOn": "2022-03-01",
        "endedOn": "2022-06-30",
    });
    amendCampaign by Staff: |w| json!({
        "id": campaign(w).await, "expectedVersion": 1, "title": w.name("行动"), "description": "说明", "startedOn": "2022-03-02",
    });
    startCampaign by Staff: |w| json!({ "id": campaign(w).await, "expectedVersion": 1, "startedOn": "2022-03-02" });
    completeCampaign by Staff: |w| json!({ "id": campaign(w).await, "expectedVersion": 1, "endedOn": "2022-03-31" });
    cancelCampaign by Staff: |w| json!({ "id": campaign(w).await, "expectedVersion": 1, "reason": "检查延期" });
    planActivity by Staff: |w| json!({
        "communityId": w.community, "kind": "CLEAN_UP", "title": w.name("活动"), "description": "说明", "campaignId": campaign(w).await,
        "projectId": w.project().await, "organisers": [{ "partnerUnitId": w.unit().await }, { "community": true }],
    });
    amendActivity by Staff: |w| json!({
        "id": activity(w).await, "expectedVersion": 1, "title": w.name("活动"), "description": "说明", "campaignId": campaign(w).await,
    });
    addActivityOrganiser by Staff: |w| json!({
        "activityId": activity(w).await, "expectedVersion": 1, "organiser": { "teamId": w.team().await },
    });
    removeActivityOrganiser by Staff: |w| {
        let activity = activity(w).await;
        let input = json!({ "activityId": activity, "organiser": { "teamId": w.team().await }, "expectedVersion": 1 });
        make::created(&w.staff, "addActivityOrganiser", "activity", input).await;
        json!({ "activityId": activity, "expectedVersion": 2, "organiserId": make::organiser(&w.staff, &activity).await })
    };
    startActivity by Staff: |w| json!({ "id": activity(w).await, "expectedVersion": 1 });
    completeActivity by Staff: |w| json!({ "id": activity(w).await, "expectedVersion": 1 });
    cancelActivity by Staff: |w| {
        let activity = activity(w).await;
        make::session(&w.staff, &activity, "2022-03-04").await;
        json!({ "id": activity, "expectedVersion": 1, "reason": "降雨" })
    };
    scheduleSession by Staff: |w| json!({
        "activityId": activity(w).await, "heldOn": "2022-03-04", "startsAt": "2022-03-04T23:30:00+08:00", "endsAt": "2022-03-05T01:00:00+08:00",
        "facilityId": facility(w).await, "place": "广场", "capacity": 20, "rolesNeeded": "引导 2 名", "isTraining": false,
    });
    scheduleSessions by Staff: |w| json!({
        "activityId": activity(w).await, "rule": "FREQ=WEEKLY;COUNT=3", "heldOn": "2022-03-04", "startsAt": "2022-03-04T23:30:00+08:00",
        "endsAt": "2022-03-05T01:00:00+08:00", "facilityId": facility(w).await, "place": "广场", "capacity": 20, "rolesNeeded": "引导 2 名", "isTraining": false,
    });
    amendSession by Staff: |w| json!({
        "id": session(w).await, "expectedVersion": 1, "heldOn": "2022-03-05", "facilityId": facility(w).await, "place": w.name("广场"),
        "capacity": 30, "rolesNeeded": "记录 1 名", "isTraining": true,
    });
    publishSession by Staff: |w| json!({ "id": to_come(w).await, "expectedVersion": 1 });
    signUpForSession by Staff: |w| json!({
        "sessionId": to_come(w).await, "volunteerId": w.volunteer().await, "waitIfFull": false, "despiteOverlap": "可提前离场",
    });
    withdrawSignUp by Staff: |w| json!({
        "id": make::sign_up(&w.staff, &to_come(w).await, &w.volunteer().await).await, "expectedVersion": 1, "reason": "有事",
    });
    holdSession by Staff: |w| json!({ "id": session(w).await, "expectedVersion": 1 });
    cancelSession by Staff: |w| json!({ "id": session(w).await, "expectedVersion": 1, "reason": "降雨" });
    recordAttendance by Staff: |w| {
        let (team, volunteer) = (w.team().await, w.volunteer().await);
        make::member(&w.staff, &team, &volunteer).await;
        json!({
            "sessionId": session(w).await, "volunteerId": volunteer, "category": "TEAM_MEMBER", "teamId": team, "note": "备注",
            "checkedInAt": "2022-03-04T09:00:00+08:00", "checkedOutAt": "2022-03-04T11:30:00+08:00", "timesReason": "签到表补登",
        })
    };
    checkIn by Staff: |w| {
        let (team, volunteer) = (w.team().await, w.volunteer().await);
        make::member(&w.staff, &team, &volunteer).await;
        json!({
            "sessionId": session(w).await, "volunteerId": volunteer, "category": "TEAM_MEMBER", "teamId": team,
            "at": "2022-03-04T09:00:00+08:00", "reason": "断网补登",
        })
    };
    checkOut by Staff: |w| json!({
        "id": checked_in(w).await, "expectedVersion": 1, "at": "2022-03-04T11:00:00+08:00", "reason": "断网补登",
    });
    issueCertificate by Staff: |w| json!({
        "volunteerId": served(w).await, "from": "2022-01-01", "until": "2022-12-31", "responsibleId": make::posted(&w.staff, &w.community, &w.name("职员")).await,
        "issuingBody": w.name("志愿服务站"),
    });
    revokeCertificate by Staff: |w| {
        let input = json!({
            "volunteerId": served(w).await, "from": "2022-03-04", "until": "2022-03-04",
            "responsibleId": make::posted(&w.staff, &w.community, &w.name("职员")).await,
        });
        json!({ "id": make::created(&w.staff, "issueCertificate", "certificate", input).await, "expectedVersion": 1, "reason": "姓名有误" })
    };
    reportAttendanceError by Staff: |w| json!({ "attendanceId": service(w).await.2, "message": "时长少记半小时" });
    answerAttendanceError by Staff: |w| {
        let (session, volunteer, attendance) = service(w).await;
        let reported = make::attendance_error(&w.staff, &attendance).await;
        let void = json!({ "id": attendance, "expectedVersion": 1, "reason": "时长有误" });
        make::created(&w.staff, "voidAttendance", "attendance", void).await;
        let correction = make::service(&w.staff, &session, &volunteer, ("2022-03-04T09:00:00+08:00", "2022-03-04T11:30:00+08:00")).await;
        json!({ "id": reported, "expectedVersion": 1, "outcome": "CORRECTED", "answer": "已核实更正", "correctionId": correction })
    };
    recordAbsence by Staff: |w| {
        let session = to_come(w).await;
        let sign_up = make::sign_up(&w.staff, &session, &w.volunteer().await).await;
        make::created(&w.staff, "amendSession", "session", json!({ "id": session, "expectedVersion": 1, "heldOn": "2022-03-04" })).await;
        json!({ "id": sign_up, "expectedVersion": 1, "kind": "EXCUSED", "reason": "生病" })
    };
    recordAttendances by Staff: |w| json!({
        "sessionId": session(w).await,
        "attendances": [
            { "residentId": w.resident().await, "category": "RESIDENT", "note": "备注" },
            {
                "volunteerId": w.volunteer().await, "category": "RESIDENT",
                "checkedInAt": "2022-03-04T09:00:00+08:00", "checkedOutAt": "2022-03-04T11:30:00+08:00", "timesReason": "签到表补登",
            },
            { "staffMemberId": worker(w).await, "category": "COMMUNITY_WORKER" },
        ],
    });
    voidAttendance by Staff: |w| json!({
        "id": make::attendance(&w.staff, &session(w).await, &w.resident().await).await, "expectedVersion": 1, "reason": "记错人",
    });
    registerMerchant by Staff: |w| json!({
        "communityId": w.community, "name": w.name("店"), "trade": "RESTAURANT", "ownerId": w.resident().await, "buildingId": w.building().await,
        "place": "一层", "licenceCode": format!("9{:07}", w.number()), "licenceCodeOverrideReason": "旧代码",
    });
    amendMerchant by Staff: |w| json!({
        "id": shop(w).await, "expectedVersion": 1, "name": w.name("店"), "trade": "CLINIC", "ownerName": w.name("业主"), "place": w.name("号"),
    });
    closeMerchant by Staff: |w| json!({ "id": shop(w).await, "expectedVersion": 1, "closedOn": "2022-03-04", "reason": "租约到期" });
    joinAlliance by Staff: |w| json!({ "id": shop(w).await, "expectedVersion": 1, "startedOn": "2021-01-01" });
    leaveAlliance by Staff: |w| {
        let shop = shop(w).await;
        make::created(&w.staff, "joinAlliance", "merchant", json!({ "id": shop, "expectedVersion": 1, "startedOn": "2021-01-01" })).await;
        json!({ "id": shop, "expectedVersion": 2, "endedOn": "2022-01-01" })
    };
    submitRequest by Staff: |w| json!({
        "communityId": w.community, "residentId": w.resident().await, "category": "REPAIR",
        "urgency": "URGENT", "buildingId": w.building().await, "place": "三单元", "text": w.name("楼道灯不亮"),
    });
    acceptRequest by Staff: |w| json!({ "id": request(w, 0).await, "expectedVersion": 1, "reason": "备注" });
    declineRequest by Staff: |w| json!({ "id": request(w, 0).await, "expectedVersion": 1, "answer": "不属社区职责", "reason": "备注" });
    assignRequest by Staff: |w| json!({
        "id": request(w, 1).await, "expectedVersion": 2, "assigneeId": make::posted(&w.staff, &w.community, &w.name("职员")).await, "reason": "备注",
    });
    startRequest by Staff: |w| json!({ "id": request(w, 2).await, "expectedVersion": 3, "reason": "备注" });
    handBackRequest by Staff: |w| json!({ "id": request(w, 3).await, "expectedVersion": 4, "reason": "不归我管" });
    answerRequest by Staff: |w| json!({ "id": request(w, 3).await, "expectedVersion": 4, "answer": "已更换", "reason": "备注" });
    amendAnswer by Staff: |w| json!({ "id": request(w, 4).await, "expectedVersion": 5, "answer": "另更换开关", "reason": "遗漏" });
    callBackRequest by Staff: |w| json!({ "id": request(w, 4).await, "expectedVersion": 5, "satisfaction": 4, "reason": "满意" });
    closeRequest by Staff: |w| json!({ "id": request(w, 5).await, "expectedVersion": 6, "settledAt": "COMMUNITY", "reason": "备注" });
    reopenRequest by Staff: |w| json!({ "id": request(w, 6).await, "expectedVersion": 7, "reason": "又不亮了" });
    mergeRequests by Staff: |w| json!({
        "id": request(w, 1).await, "expectedVersion": 2, "duplicateIds": [request(w, 0).await, request(w, 3).await], "reason": "同一问题",
    });
    planVisit by Staff: |w| json!({
        "householdId": w.household().await.0, "staffMemberId": make::posted(&w.staff, &w.community, &w.name("职员")).await, "plannedOn": "2199-03-04",
        "purpose": "独居老人走访",
    });
    amendVisit by Staff: |w| json!({
        "id": to_visit(w).await, "expectedVersion": 1, "staffMemberId": make::posted(&w.staff, &w.community, &w.name("职员")).await,
        "plannedOn": "2199-03-05", "purpose": w.name("走访"),
    });
    holdVisit by Staff: |w| json!({
        "id": to_visit(w).await, "expectedVersion": 1, "heldOn": "2022-03-04", "staffMemberId": worker(w).await, "note": "听到的情况",
    });
    recordVisit by Staff: |w| json!({
        "merchantId": shop(w).await, "staffMemberId": worker(w).await, "heldOn": "2022-03-04", "purpose": "安全宣传", "note": "听到的情况",
    });
    cancelVisit by Staff: |w| json!({ "id": to_visit(w).await, "expectedVersion": 1, "reason": "家中无人" });
    recordHeadCount by Staff: |w| json!({ "sessionId": session(w).await, "persons": 160, "precision": "AT_LEAST", "source": "签到表" });
    voidHeadCount by Staff: |w| {
        let input = json!({ "sessionId": session(w).await, "persons": 160 });
        json!({ "id": make::created(&w.staff, "recordHeadCount", "headCount", input).await, "expectedVersion": 1, "reason": "数错" })
    };
    recordActivityResult by Staff: |w| json!({
        "activityId": activity(w).await, "measure": "清运垃圾", "quantity": "9.5", "unit": "吨", "achievedOn": "2022-03-04", "note": "备注",
    });
    voidActivityResult by Staff: |w| {
        let input = json!({ "campaignId": campaign(w).await, "measure": "清运垃圾", "quantity": "60", "unit": "吨", "achievedOn": "2022-03-04" });
        json!({ "id": make::created(&w.staff, "recordActivityResult", "activityResult", input).await, "expectedVersion": 1, "reason": "重复" })
    };
}

async fn to_visit(w: &World) -> String {
    let by = make::posted(&w.staff, &w.community, &w.name("职员")).await;
    make::visit_to_come(&w.staff, &w.household().await.0, &by).await
}

async fn campaign(w: &World) -> String {
    make::campaign(&w.staff, &w.community, &w.name("行动")).await
}

async fn activity(w: &World) -> String {
    make::activity(&w.staff, &w.community, &w.name("活动")).await
}

async fn session(w: &World) -> String {
    make::session(&w.staff, &activity(w).await, "2022-03-04").await
}

/// Somebody who has come and has not gone.
async fn checked_in(w: &World) -> String {
    let input = json!({ "sessionId": session(w).await, "volunteerId": w.volunteer().await, "at": "2022-03-04T09:00:00+08:00", "reason": "补登" });
    make::created(&w.staff, "checkIn", "attendance", input).await
}

/// A volunteer who was there for two hours on 4 March 2022.
/// A session, a volunteer who was there for two hours, and that they were.
async fn service(w: &World) -> (String, String, String) {
    let (session, volunteer) = (session(w).await, w.volunteer().await);
    let hours = ("2022-03-04T09:00:00+08:00", "2022-03-04T11:00:00+08:00");
    let attendance = make::service(&w.staff, &session, &volunteer, hours).await;
    (session, volunteer, attendance)
}

async fn served(w: &World) -> String {
    service(w).await.1
}

/// A session that is still to come.
async fn to_come(w: &World) -> String {
    make::session(&w.staff, &activity(w).await, "2199-03-04").await
}

async fn facility(w: &World) -> String {
    make::facility(&w.staff, &w.community, &w.name("书屋")).await
}

async fn vehicle(w: &World) -> String {
    make::vehicle(&w.staff, &w.community, &w.unit().await, &w.name("鲁B")).await
}

async fn shop(w: &World) -> String {
    make::merchant(&w.staff, &w.community, &w.name("店")).await
}

/// A request after so many steps of its ordinary way.
pub async fn request(w: &World, steps: usize) -> String {
    let request = make::request(&w.staff, &w.community, json!({})).await;
    let worker = if steps > 1 { make::posted(&w.staff, &w.community, &w.name("职员")).await } else { String::new() };
    let way = [
        ("acceptRequest", json!({})),
        ("assignRequest", json!({ "assigneeId": worker })),
        ("startRequest", json!({})),
        ("answerRequest", json!({ "answer": "已更换" })),
        ("callBackRequest", json!({ "satisfaction": 5 })),
        ("closeRequest", json!({ "settledAt": "COMMUNITY" })),
    ];
    make::moved_request(&w.staff, &request, &way[..steps]).await;
    request
}

async fn instalment(w: &World) -> String {
    make::instalment(&w.staff, &w.sponsorship().await).await
}

/// A household of a head and a child since 2020, and both.
async fn couple(w: &World) -> (String, String, String) {
    let (head, child, building) = (w.resident().await, w.resident().await, w.building().await);
    let input = json!({ "communityId": w.community, "buildingId": building, "room": "1", "headId": head, "startedOn": "2020-01-01" });
    let household = make::created(&w.staff, "registerHousehold", "household", input).await;
    let join = json!({ "householdId": household, "residentId": child, "relation": "CHILD", "startedOn": "2020-01-01" });
    make::created(&w.staff, "addHouseholdMember", "household", join).await;
    (household, child, head)
}

/// A resident who moved out in 2021, and the event of it.
async fn moved_out(w: &World) -> (String, String) {
    let resident = w.resident().await;
    let input = json!({ "residentIds": [resident], "on": "2021-06-01" });
    let event = make::created(&w.staff, "recordMoveOut", "lifeEvent", input).await;
    (resident, event)
}

/// Somebody who audits: the name of the account, and the id of the role.
async fn account(w: &World) -> (String, String) {
    let name = w.name("账号");
    let input = json!({ "communityId": w.community, "name": name, "role": "AUDITOR" });
    let role = make::created(&w.operator, "createAccount", "accountRole", input).await;
    (name, role)
}

async fn worker(w: &World) -> String {
    make::staff_member(&w.staff, &w.community, &w.name("职员")).await
}

/// A project after these decisions.
async fn project(w: &World, decisions: &[&str]) -> String {
    moved(&w.staff, "project", w.project().await, decisions).await
}

/// A grant after these decisions.
async fn aid(w: &World, decisions: &[&str]) -> String {
    moved(&w.staff, "aidRecord", w.aid().await, decisions).await
}

async fn moved(staff: &Actor, object: &str, id: String, decisions: &[&str]) -> String {
    for (version, decision) in (1..).zip(decisions) {
        make::created(staff, decision, object, json!({ "id": id, "expectedVersion": version })).await;
    }
    id
}

/// Somebody of whom sensitive circumstances may be recorded.
async fn consenting(w: &World) -> String {
    let resident = w.resident().await;
    make::consent(&w.staff, &resident).await;
    resident
}

/// Goods that are made of one item: the contribution and the item.
pub async fn itemised(w: &World) -> (String, String) {
    let input = json!({
        "communityId": w.community, "kind": "GOODS", "title": w.name("辅具"), "contributors": [{ "partnerUnitId": w.unit().await }],
        "items": [{ "name": "轮椅", "received": { "quantity": "3", "yuan": "300" }, "serialNumbers": ["SN-1"] }], "receivedOn": "2022-01-01",
    });
    let whole = make::created(&w.staff, "recordContribution", "contribution", input).await;
    let query = "query($id: ID!) { contribution(id: $id) { items { id } } }";
    let found = w.staff.gql(query, json!({ "id": whole })).await;
    let item = found.data()["contribution"]["items"][0]["id"].as_str().expect("it has an item").to_owned();
    (whole, item)
}

/// Two programmes for persons.
async fn programmes(w: &World) -> [String; 2] {
    let one = make::programme(&w.staff, &w.community, &w.name("助老"), "PERSON").await;
    [one, make::programme(&w.staff, &w.community, &w.name("助残"), "PERSON").await]
}

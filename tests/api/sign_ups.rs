//! Who signs up for a session: as many as there are places, the others in line; volunteers for themselves, staff for everybody.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::harness::{
    Actor, World,
    actor::refusals,
    bulk::key_of,
    make,
    roles::{self, Who},
};

/// A session to come, with so many places.
async fn session(world: &World, capacity: impl Into<Option<i32>>) -> String {
    let activity = make::activity(&world.staff, &world.community, &world.name("活动")).await;
    let input = json!({ "activityId": activity, "heldOn": "2199-03-04", "capacity": capacity.into() });
    make::created(&world.staff, "scheduleSession", "session", input).await
}

async fn at(world: &World, starts_at: &str, ends_at: &str) -> String {
    let activity = make::activity(&world.staff, &world.community, &world.name("活动")).await;
    let input = json!({ "activityId": activity, "startsAt": starts_at, "endsAt": ends_at });
    make::created(&world.staff, "scheduleSession", "session", input).await
}

async fn amend(actor: &Actor, session: &str, change: Value) -> Value {
    let mut input = json!({ "id": session, "expectedVersion": make::version(actor, session).await });
    input.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    actor.mutate("amendSession", "session", "capacity", input).await
}

async fn sign_up(actor: &Actor, session: &str, volunteer: &str) -> Value {
    let input = json!({ "sessionId": session, "volunteerId": volunteer });
    actor.mutate("signUpForSession", "signUp", "id status arrival waitingBefore", input).await
}

async fn withdraw(actor: &Actor, sign_up: &str) -> Value {
    let input = json!({ "id": sign_up, "expectedVersion": make::version(actor, sign_up).await, "reason": "有事" });
    actor.mutate("withdrawSignUp", "signUp", "status withdrawnReason confirmedAt", input).await
}

/// Counts, and how each sign-up stands in the order of arrival.
async fn places(actor: &Actor, session: &str) -> (Value, Vec<String>) {
    let query = "query($id: ID!) { session(id: $id) { capacity confirmedCount waitingCount placesLeft
        signUps(first: 100, orderBy: [SIGNED_UP_AT_ASC]) { nodes { status waitingBefore } } } }";
    let mut found = actor.gql(query, json!({ "id": session })).await.data()["session"].clone();
    let nodes = found.as_object_mut().unwrap().remove("signUps").unwrap()["nodes"].as_array().unwrap().clone();
    let told = nodes.iter().map(|node| match node["waitingBefore"].as_i64() {
        Some(before) => format!("{} {before}", node["status"].as_str().unwrap()),
        None => node["status"].as_str().unwrap().to_owned(),
    });
    (found, told.collect())
}

fn counts(capacity: impl Into<Option<i32>>, confirmed: i32, waiting: i32) -> Value {
    let capacity = capacity.into();
    json!({
        "capacity": capacity, "confirmedCount": confirmed, "waitingCount": waiting,
        "placesLeft": capacity.map(|capacity| capacity - confirmed),
    })
}

crate::on_both! {
    async fn a_place_that_is_free_goes_to_the_first_in_line(app: TestApp) {
        let world = World::new(&app).await;
        let session = session(&world, 2).await;
        let mut sign_ups = Vec::new();
        for expected in [("CONFIRMED", Value::Null), ("CONFIRMED", Value::Null), ("WAITING", json!(0)), ("WAITING", json!(1)), ("WAITING", json!(2))] {
            let made = sign_up(&world.staff, &session, &world.volunteer().await).await["signUp"].clone();
            assert_eq!((made["status"].as_str().unwrap(), made["waitingBefore"].clone()), expected, "{made}");
            assert_eq!(made["arrival"], sign_ups.len() + 1);
            sign_ups.push(made["id"].as_str().unwrap().to_owned());
        }
        assert_eq!(places(&world.staff, &session).await.0, counts(2, 2, 3));

        // One who has a place, and one in the middle of the line.
        let gone = withdraw(&world.staff, &sign_ups[0]).await;
        assert_eq!(gone["signUp"]["status"], "WITHDRAWN");
        assert!(gone["signUp"]["withdrawnReason"] == "有事" && gone["signUp"]["confirmedAt"].is_string(), "{gone}");
        withdraw(&world.staff, &sign_ups[3]).await;
        assert_eq!(
            places(&world.staff, &session).await,
            (counts(2, 2, 1), ["WITHDRAWN", "CONFIRMED", "CONFIRMED", "WITHDRAWN", "WAITING 0"].map(str::to_owned).into()),
        );
        assert_eq!(refusals(&withdraw(&world.staff, &sign_ups[0]).await), ["ILLEGAL_TRANSITION id"]);

        // The line moves where the capacity grows, and is gone where there is none.
        assert_eq!(amend(&world.staff, &session, json!({ "capacity": 3 })).await["session"]["capacity"], 3);
        assert_eq!(places(&world.staff, &session).await.0, counts(3, 3, 0));
        for _ in 0..3 {
            sign_up(&world.staff, &session, &world.volunteer().await).await;
        }
        assert_eq!(places(&world.staff, &session).await.0, counts(3, 3, 3));
        amend(&world.staff, &session, json!({ "capacity": null })).await;
        assert_eq!(places(&world.staff, &session).await.0, counts(None, 6, 0));
        let moved = "SELECT action FROM event WHERE subject_kind = 'session_sign_up' ORDER BY seq";
        let moved = app.texts(moved, "action").await;
        assert_eq!(moved.iter().filter(|action| *action == "amendSession").count(), 4, "everybody who moved up has an event: {moved:?}");
        app.in_order().await;
    }

    async fn there_are_never_fewer_places_than_people_who_have_one(app: TestApp) {
        let world = World::new(&app).await;
        let session = session(&world, 10).await;
        for _ in 0..8 {
            sign_up(&world.staff, &session, &world.volunteer().await).await;
        }
        let fewer = amend(&world.staff, &session, json!({ "capacity": 5 })).await;
        assert_eq!(refusals(&fewer), ["CAPACITY_REACHED capacity"]);
        assert_eq!(fewer["userErrors"][0]["details"], json!({ "capacity": 5, "confirmed": 8 }));
        for none in [0, -1, 100_001] {
            assert!(refusals(&amend(&world.staff, &session, json!({ "capacity": none })).await).contains(&"OUT_OF_RANGE capacity".to_owned()), "{none}");
        }
        amend(&world.staff, &session, json!({ "capacity": 8 })).await;
        let input = json!({ "sessionId": session, "volunteerId": world.volunteer().await, "waitIfFull": false });
        let full = world.staff.mutate("signUpForSession", "signUp", "id", input).await;
        assert_eq!(refusals(&full), ["CAPACITY_REACHED sessionId"]);
        assert_eq!(full["userErrors"][0]["details"], json!({ "capacity": 8, "confirmed": 8, "waiting": 0 }));
        assert_eq!(places(&world.staff, &session).await.0, counts(8, 8, 0));
    }

    async fn the_same_person_signs_up_once_in_whatever_capacity(app: TestApp) {
        let world = World::new(&app).await;
        let (session, resident) = (session(&world, None).await, world.resident().await);
        let volunteer = make::volunteer(&world.staff, &world.community, &resident).await;
        let first = sign_up(&world.staff, &session, &volunteer).await["signUp"]["id"].clone();
        let again = sign_up(&world.staff, &session, &volunteer).await;
        assert_eq!(refusals(&again), ["DUPLICATE volunteerId"]);
        assert_eq!((&again["signUp"]["id"], &again["userErrors"][0]["details"]["sessionSignUpId"]), (&first, &first), "the first is shown");
        // Who gave up may come back, at the end of the line.
        withdraw(&world.staff, first.as_str().unwrap()).await;
        assert_eq!(sign_up(&world.staff, &session, &volunteer).await["signUp"]["arrival"], 2);

        // Who volunteers no longer gives the place up, and the next moves up.
        amend(&world.staff, &session, json!({ "capacity": 1 })).await;
        sign_up(&world.staff, &session, &world.volunteer().await).await;
        let end = json!({ "id": volunteer, "expectedVersion": 1 });
        make::created(&world.staff, "endVolunteer", "volunteer", end).await;
        assert_eq!(places(&world.staff, &session).await, (counts(1, 1, 0), ["WITHDRAWN", "WITHDRAWN", "CONFIRMED"].map(str::to_owned).into()));
        assert_eq!(refusals(&sign_up(&world.staff, &session, &volunteer).await), ["NOT_ELIGIBLE volunteerId"]);
        app.in_order().await;
    }

    async fn nobody_is_in_two_places_at_once_unless_somebody_says_why(app: TestApp) {
        let world = World::new(&app).await;
        let (one, other) = (world.resident().await, world.resident().await);
        let (one, other) = (make::volunteer(&world.staff, &world.community, &one).await, make::volunteer(&world.staff, &world.community, &other).await);
        let morning = at(&world, "2199-06-01T09:00:00+08:00", "2199-06-01T11:00:00+08:00").await;
        make::sign_up(&world.staff, &morning, &one).await;
        let overlaps = at(&world, "2199-06-01T10:59:00+08:00", "2199-06-01T12:00:00+08:00").await;
        let refused = sign_up(&world.staff, &overlaps, &one).await;
        assert_eq!(refusals(&refused), ["OVERLAP despiteOverlap"]);
        assert_eq!(refused["userErrors"][0]["details"], json!({ "sessionId": morning }), "it names what is in the way");
        // Another person is free; so is this one after it, and on a day of which no hours are known that is not the same day.
        make::sign_up(&world.staff, &overlaps, &other).await;
        make::sign_up(&world.staff, &at(&world, "2199-06-01T11:00:00+08:00", "2199-06-01T12:00:00+08:00").await, &one).await;
        let activity = make::activity(&world.staff, &world.community, &world.name("活动")).await;
        let some_time = make::session(&world.staff, &activity, "2199-06-01").await;
        assert_eq!(refusals(&sign_up(&world.staff, &some_time, &one).await), ["OVERLAP despiteOverlap"], "some time that day may be that time");
        make::sign_up(&world.staff, &make::session(&world.staff, &activity, "2199-06-02").await, &one).await;
        // Past midnight, and whoever waits for a place in one of them would be in two as well.
        let night = at(&world, "2199-06-03T22:00:00+08:00", "2199-06-04T02:00:00+08:00").await;
        amend(&world.staff, &night, json!({ "capacity": 1 })).await;
        make::sign_up(&world.staff, &night, &other).await;
        assert_eq!(sign_up(&world.staff, &night, &one).await["signUp"]["status"], "WAITING");
        let small_hours = at(&world, "2199-06-04T01:00:00+08:00", "2199-06-04T03:00:00+08:00").await;
        assert_eq!(refusals(&sign_up(&world.staff, &small_hours, &one).await), ["OVERLAP despiteOverlap"]);
        // With a reason both stand; an empty one is none.
        let with = async |reason: &str| {
            let input = json!({ "sessionId": small_hours, "volunteerId": one, "despiteOverlap": reason });
            world.staff.mutate("signUpForSession", "signUp", "id status overlapReason", input).await
        };
        assert_eq!(refusals(&with("  ").await), ["OVERLAP despiteOverlap"]);
        let made = with("两处相邻，可提前离场").await["signUp"].clone();
        assert_eq!((&made["status"], &made["overlapReason"]), (&json!("CONFIRMED"), &json!("两处相邻，可提前离场")));
        // What was called off, or given up, is in nobody's way.
        let gone = json!({ "id": morning, "expectedVersion": make::version(&world.staff, &morning).await, "reason": "降雨" });
        make::created(&world.staff, "cancelSession", "session", gone).await;
        let again = at(&world, "2199-06-01T08:00:00+08:00", "2199-06-01T09:30:00+08:00").await;
        make::sign_up(&world.staff, &again, &one).await;
        app.in_order().await;
    }

    async fn places_are_given_until_the_session_begins(app: TestApp) {
        let world = World::new(&app).await;
        let now = app.app.clock.now();
        app.app.clock.hold(now);
        let (start, end) = ((now + TimeDelta::hours(2)).to_rfc3339(), (now + TimeDelta::hours(4)).to_rfc3339());
        let session = at(&world, &start, &end).await;
        let first = sign_up(&world.staff, &session, &world.volunteer().await).await["signUp"]["id"].as_str().unwrap().to_owned();
        let late = world.volunteer().await;
        app.app.clock.hold(now + TimeDelta::hours(2));
        assert_eq!(refusals(&sign_up(&world.staff, &session, &late).await), ["ILLEGAL_TRANSITION sessionId"]);
        assert_eq!(refusals(&withdraw(&world.staff, &first).await), ["ILLEGAL_TRANSITION id"]);
        let publish = json!({ "id": session, "expectedVersion": 1 });
        assert_eq!(refusals(&world.staff.mutate("publishSession", "session", "id", publish).await), ["ILLEGAL_TRANSITION id"]);
        let cancelled = at(&world, "2199-06-01T09:00:00+08:00", "2199-06-01T11:00:00+08:00").await;
        make::created(&world.staff, "cancelSession", "session", json!({ "id": cancelled, "expectedVersion": 1, "reason": "降雨" })).await;
        assert_eq!(refusals(&sign_up(&world.staff, &cancelled, &late).await), ["ILLEGAL_TRANSITION sessionId"]);
    }

    async fn volunteers_sign_up_by_themselves_for_what_is_published_and_for_nobody_else(app: TestApp) {
        let world = World::new(&app).await;
        let (session, community) = (session(&world, 1).await, key_of(&world.community));
        let (mine, theirs) = (world.volunteer().await, world.volunteer().await);
        let account = async |name: &str, volunteer: &str| roles::account(&app, name, community, &[Who::volunteer(key_of(volunteer))]).await;
        let (me, they) = (account("me", &mine).await, account("they", &theirs).await);
        let own = async |actor: &Actor| actor.mutate("signUpForSession", "signUp", "id status volunteer { id }", json!({ "sessionId": session })).await;
        // Nobody of theirs holds it, and it is not published: it is not there.
        assert_eq!(refusals(&own(&me).await), ["NOT_FOUND sessionId"]);
        let published = json!({ "id": session, "expectedVersion": 1 });
        let published = world.staff.mutate("publishSession", "session", "version publishedAt", published).await;
        assert!(published["session"]["publishedAt"].is_string() && published["session"]["version"] == 2, "{published}");

        let made = own(&me).await["signUp"].clone();
        assert_eq!((&made["status"], &made["volunteer"]["id"]), (&json!("CONFIRMED"), &json!(mine)));
        assert_eq!(own(&they).await["signUp"]["status"], "WAITING");
        for (actor, person) in [(&me, &theirs), (&they, &mine)] {
            assert_eq!(refusals(&sign_up(actor, &session, person).await), ["NOT_FOUND volunteerId"]);
        }
        let my_sign_up = made["id"].as_str().unwrap();
        let not_theirs = they.mutate("withdrawSignUp", "signUp", "id", json!({ "id": my_sign_up, "expectedVersion": 1 })).await;
        assert_eq!(refusals(&not_theirs), ["NOT_FOUND id"]);
        // One sees one's own, and how many there are.
        let (told, stands) = places(&they, &session).await;
        assert_eq!((told, stands), (counts(1, 1, 1), vec!["WAITING 0".to_owned()]));
        let query = "{ volunteers { nodes { signUps { totalCount nodes { session { id activity { title } } } } } } }";
        let seen = they.ask(query).await.data()["volunteers"]["nodes"].clone();
        assert_eq!((&seen[0]["signUps"]["totalCount"], &seen[0]["signUps"]["nodes"][0]["session"]["id"]), (&json!(1), &json!(session)));
        assert_eq!(seen.as_array().unwrap().len(), 1);

        withdraw(&me, my_sign_up).await;
        assert_eq!(places(&they, &session).await.1, ["CONFIRMED"]);
        // The staff signs up whom they like, but says whom.
        assert_eq!(refusals(&own(&world.staff).await), ["REQUIRED volunteerId"]);
        app.in_order().await;
    }
}

#!/usr/bin/env python3
"""Pages through the residents of a community, and records a grant so that sending it again is safe.

    python3 aid.py http://127.0.0.1:8000/graphql TOKEN

Needs nothing but Python 3.9 or newer. The token is that of somebody who may record aid (`staff` in the demo).
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid


class Refused(Exception):
    """The request could not be served: `code` is one of a closed list, the message is for people."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


class Tongxin:
    # What may be sent again as it is. A mutation, too, if it has an idempotency key: whether the first one was done or not, it is done once.
    AGAIN = {"RATE_LIMITED", "SERVICE_UNAVAILABLE", "TIMEOUT"}

    def __init__(self, url, token):
        self.url = url
        self.headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json, application/json;q=0.9",
        }

    def ask(self, query, variables=None, tries=5):
        """The data of an answer. Waits and tries again where the server says so, or the connection breaks."""
        body = json.dumps({"query": query, "variables": variables or {}}).encode()
        for attempt in range(1, tries + 1):
            wait = 2.0**attempt / 10
            try:
                request = urllib.request.Request(self.url, body, self.headers)
                with urllib.request.urlopen(request, timeout=60) as response:
                    answer = json.load(response)
            except urllib.error.HTTPError as error:
                answer = json.load(error)
                wait = float(error.headers.get("Retry-After", wait))
            except OSError:
                if attempt == tries:
                    raise
                time.sleep(wait)
                continue
            if not answer.get("errors"):
                return answer["data"]
            first = answer["errors"][0]
            code = first["extensions"]["code"]
            if code not in self.AGAIN or attempt == tries:
                raise Refused(code, first["message"])
            time.sleep(wait)


RESIDENTS = """
query Residents($community: ID!, $after: String) {
  residents(first: 100, after: $after, filter: { communityId: $community, lifeStatus: { eq: LIVING_HERE } }) {
    nodes { id fullName household { room } }
    pageInfo { hasNextPage endCursor }
  }
}
"""

GROUND = """
{
  communities(first: 1) { nodes { id name } }
  aidProgrammes(first: 100) { nodes { id name scope } }
  contributions(first: 100) { nodes { id title kind remaining { quantity { value } } } }
}
"""

RECORD_AID = """
mutation RecordAid($input: RecordAidInput!) {
  recordAid(input: $input) {
    aidRecord { id status }
    userErrors { field code message details }
  }
}
"""


def residents(tongxin, community):
    """All residents who live there, page by page: a cursor never skips one and never gives one twice."""
    after = None
    while True:
        page = tongxin.ask(RESIDENTS, {"community": community, "after": after})["residents"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def record_aid(tongxin, grant):
    """Records a grant once, however often this is called with the same grant: its key belongs to it, and is kept with it."""
    payload = tongxin.ask(RECORD_AID, {"input": grant})["recordAid"]
    return payload["aidRecord"], payload["userErrors"]


def main(url, token):
    tongxin = Tongxin(url, token)
    ground = tongxin.ask(GROUND)
    community = ground["communities"]["nodes"][0]
    people = list(residents(tongxin, community["id"]))
    assert len({person["id"] for person in people}) == len(people), "nobody comes twice"
    print(f"{community['name']}: {len(people)} residents live there")

    places = next(
        of
        for of in ground["contributions"]["nodes"]
        if of["kind"] == "PLACES" and float(of["remaining"]["quantity"]["value"] or 0) > 0
    )
    programme = next(of for of in ground["aidProgrammes"]["nodes"] if of["name"] in places["title"])
    for person in people:
        grant = {
            "communityId": community["id"],
            "contributionId": places["id"],
            "programmeId": programme["id"],
            "residentId": person["id"],
            "quantity": "1",
            # By UTC, which is behind China: never after the community's today.
            "givenOn": time.strftime("%Y-%m-%d", time.gmtime()),
            # Written down before the first try: a program that dies and starts again sends the same one.
            "idempotencyKey": str(uuid.uuid4()),
        }
        record, errors = record_aid(tongxin, grant)
        if errors and errors[0]["code"] in ("ALREADY_AIDED", "NOT_ELIGIBLE"):
            # Expected of some: it says who, and which grant stands.
            continue
        assert record, errors
        again, _ = record_aid(tongxin, grant)
        assert again["id"] == record["id"], "sent again, it is the same grant"
        print(f"{person['fullName']}: {record['id']} is {record['status']}, and was sent twice")
        return
    raise SystemExit("everybody has a place already")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])

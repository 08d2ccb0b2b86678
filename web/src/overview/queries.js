// The questions of the page. A tile's own question is a part of the page's, so that what opens in GraphiQL is what was asked here.

export const WHO = `query Who {
  viewer {
    name
  }
  communities(first: 100) {
    nodes {
      id
      name
      pairings(first: 1, orderBy: [STARTED_ON_ASC]) {
        nodes {
          startedOn
        }
      }
    }
  }
}`;

const QUANTITY = '{ value unit precision }';
const MONEY = '{ yuan precision }';

/** What each tile or chart reads of the report. */
export const REPORT = {
  partnerUnits: 'partnerUnits',
  cashContributed: `cashContributed ${MONEY}`,
  goodsValue: `goodsValue ${MONEY}`,
  sponsorshipPerYear: `sponsorshipPerYear ${MONEY}\nsponsorshipPaid ${MONEY}`,
  vehiclesOnLoan: 'vehiclesOnLoan',
  facilities: 'facilities',
  beneficiaryResidents: 'beneficiaryResidents',
  beneficiaryHouseholds: 'beneficiaryHouseholds',
  quotas: `quotas {\n  name\n  capacity ${QUANTITY}\n  allocated ${QUANTITY}\n  remaining ${QUANTITY}\n}`,
  goods: `goods {\n  item\n  quantity ${QUANTITY}\n  value ${MONEY}\n  residents\n  households\n}`,
  teams: 'teams {\n  name\n  members\n}',
  activities: `activities {\n  kind\n  sessions\n  personTimes ${QUANTITY}\n  people ${QUANTITY}\n  results {\n    measure\n    quantity ${QUANTITY}\n  }\n}`,
  requests: 'requests {\n  received\n  answered\n  closed\n  overdue\n  onTimeShare\n  medianHoursToAnswer\n  satisfaction\n}',
  months: `months {\n  month\n  sessions\n  personTimes ${QUANTITY}\n}`,
};

export const report = (...parts) => `query Impact($communityId: ID!, $from: Date!, $to: Date!) {
  impactReport(communityId: $communityId, from: $from, to: $to) {
${indent(parts.map((part) => REPORT[part]).join('\n'), 4)}
  }
}`;

export const WHOLE_REPORT = report(...Object.keys(REPORT));

export const AID = `query AidByKindAndMonth($communityId: ID!, $from: Date!, $to: Date!) {
  aidSummary(
    filter: { communityId: $communityId, givenOn: { from: $from, to: $to }, status: { eq: DELIVERED } }
    groupBy: [KIND, MONTH]
  ) {
    kind
    month
    people
    households
    quantities ${QUANTITY}
    value ${MONEY}
  }
}`;

export const CIRCLES = `query Circles($communityId: ID!) {
  community(id: $communityId) {
    name
    pairings(first: 100) {
      totalCount
      nodes {
        startedOn
        endedOn
        partnerUnit { id name }
      }
    }
    projects(first: 100) {
      totalCount
      nodes {
        id
        title
        status
        startedOn
        endedOn
        participations(first: 20) {
          nodes {
            roles
            partnerUnit { id name }
          }
        }
      }
    }
  }
}`;

/** The address of GraphiQL with a question filled in; it is shown there, not run. */
export function inGraphiql(query, variables) {
  return `/graphiql?${new URLSearchParams({ query, variables: JSON.stringify(variables, null, 2) })}`;
}

function indent(text, by) {
  return text.replace(/^/gm, ' '.repeat(by));
}

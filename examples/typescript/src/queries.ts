import { graphql } from "./gql/index.js";

/** What a list of people shows of each. */
export const PersonCard = graphql(`
  fragment PersonCard on Resident {
    id
    fullName
    household { room building { name } }
    aidRecords(first: 3, orderBy: [GIVEN_ON_DESC]) {
      nodes { givenOn status value { yuan precision } quantity { value unit precision } }
    }
  }
`);

export const Community = graphql(`
  query Community {
    communities(first: 1) { nodes { id name } }
  }
`);

export const LowIncome = graphql(`
  query LowIncome($community: ID!, $after: String) {
    residents(first: 50, after: $after, filter: { communityId: $community, circumstance: { eq: LOW_INCOME } }, orderBy: [NAME_ASC]) {
      totalCount
      nodes { ...PersonCard }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

export const Impact = graphql(`
  query Impact($community: ID!, $from: Date!, $to: Date!) {
    impactReport(communityId: $community, from: $from, to: $to) {
      partnerUnits
      cashContributed { yuan precision }
      goods { item quantity { value unit } residents }
      quotas { name capacity { value precision } remaining { value precision } }
    }
  }
`);

export const RegisterResident = graphql(`
  mutation RegisterResident($input: RegisterResidentInput!) {
    registerResident(input: $input) {
      resident { id fullName }
      userErrors { field code message }
    }
  }
`);

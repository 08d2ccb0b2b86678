// Documents as Relay's compiler wants them: it refuses a schema whose connections, PageInfo or `node` are not what Relay needs.
import { graphql } from "relay-runtime";

export const residents = graphql`
  fragment Screen_residents on Query
  @refetchable(queryName: "ScreenResidentsQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 20 }, cursor: { type: "String" }) {
    residents(first: $count, after: $cursor, filter: $filter) @connection(key: "Screen_residents") {
      edges { node { id ...Screen_card } }
    }
  }
`;

export const card = graphql`
  fragment Screen_card on Resident @refetchable(queryName: "ScreenCardQuery") {
    fullName
    household { room building { name } }
    aidRecords(first: 3) { edges { node { givenOn status value { yuan precision } } } }
  }
`;

export const screen = graphql`
  query ScreenQuery($filter: ResidentFilter, $id: ID!) {
    ...Screen_residents
    node(id: $id) { __typename ...Screen_card @alias(as: "card") }
  }
`;

export const enrol = graphql`
  mutation ScreenRegisterMutation($input: RegisterResidentInput!) {
    registerResident(input: $input) { resident { id ...Screen_card } userErrors { field code message } }
  }
`;

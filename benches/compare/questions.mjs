// What is asked of everyone, how each is asked, and what their answers have to agree in.
import { typed, uuid } from './ids.mjs';

const instant = (text) => new Date(text).getTime();
const byKind = (rows) => rows.sort((a, b) => a.kind.localeCompare(b.kind));
const byId = (rows) => rows.sort((a, b) => a.id.localeCompare(b.id));
const person = ({ fullName, sex, birthDate, lifeStatus }) => ({ fullName, sex, birthDate, lifeStatus });
const whole = (row, id) => ({ id, ...person(row), registeredAt: instant(row.registeredAt), version: row.version });
const grant = ({ kind, status, givenOn }, project) => ({ kind, status, givenOn, project: project ?? null });

const PERSON = 'fullName sex birthDate lifeStatus';

/** `like`: at least so many times the peer. `limit`: at least so much of the limit. Both at 32 connections; none where nothing is promised. */
export const QUESTIONS = [
  {
    name: 'byId',
    title: 'A resident by id',
    like: 3,
    aim: 0.5,
    draw: (data, pick) => ({ id: pick(data.residents) }),
    tongxin: {
      query: `query($id: ID!) { resident(id: $id) { id ${PERSON} registeredAt version } }`,
      variables: ({ id }) => ({ id: typed('resident', id) }),
      answer: ({ resident }) => whole(resident, uuid(resident.id)),
    },
    peer: {
      query: `query($id: UUID!) { resident(rowId: $id) { rowId ${PERSON} registeredAt version } }`,
      variables: ({ id }) => ({ id }),
      answer: ({ resident }) => whole(resident, resident.rowId),
    },
    limit: { paths: ['sql', 'rows'], answer: (row) => whole(row, row.id) },
  },
  {
    name: 'page',
    title: '50 residents of a building',
    like: 2.5,
    aim: 0.6,
    draw: (data, pick) => ({ id: pick(data.buildings) }),
    tongxin: {
      query: `query($id: ID!) { residents(first: 50, filter: { buildingId: $id }) { edges { cursor node { id ${PERSON} } } pageInfo { hasNextPage endCursor } } }`,
      variables: ({ id }) => ({ id: typed('building', id) }),
      answer: ({ residents: { edges, pageInfo } }) => ({
        rows: edges.map(({ node }) => ({ id: uuid(node.id), ...person(node) })),
        more: pageInfo.hasNextPage,
      }),
    },
    peer: {
      query: `query($id: UUID!) { residents(first: 50, condition: { buildingId: $id }) { edges { cursor node { rowId ${PERSON} } } pageInfo { hasNextPage endCursor } } }`,
      variables: ({ id }) => ({ id }),
      answer: ({ residents: { edges, pageInfo } }) => ({
        rows: edges.map(({ node }) => ({ id: node.rowId, ...person(node) })),
        more: pageInfo.hasNextPage,
      }),
    },
    limit: {
      paths: ['sql', 'rows'],
      answer: ({ rows, more }) => ({ rows: rows.map((row) => ({ id: row.id, ...person(row) })), more }),
    },
  },
  {
    name: 'nested',
    title: '50 residents × their first 5 grants × project',
    like: 1.8,
    least: 0.8,
    aimLike: 2.5,
    draw: (data, pick) => ({ id: pick(data.buildings) }),
    tongxin: {
      query:
        'query($id: ID!) { residents(first: 50, filter: { buildingId: $id }) { edges { node { fullName aidRecords(first: 5) { edges { node { kind status givenOn project { title } } } } } } } }',
      variables: ({ id }) => ({ id: typed('building', id) }),
      answer: ({ residents }) => nested(residents),
    },
    peer: {
      query:
        'query($id: UUID!) { residents(first: 50, condition: { buildingId: $id }) { edges { node { fullName aidRecords(first: 5) { edges { node { kind status givenOn project { title } } } } } } } }',
      variables: ({ id }) => ({ id }),
      answer: ({ residents }) => nested(residents),
    },
    limit: {
      paths: ['sql', 'rows'],
      answer: (rows) =>
        rows.map(({ fullName, aidRecords }) => ({ fullName, grants: aidRecords.map((row) => grant(row, row.project)) })),
    },
  },
  {
    name: 'beside',
    title: '1 + N + N: 50 grants, the resident and the contribution of each',
    like: 1.8,
    draw: (data, pick) => ({ id: pick(data.projects) }),
    tongxin: {
      query:
        'query($id: ID!) { aidRecords(first: 50, filter: { projectId: $id }) { nodes { id kind givenOn resident { fullName } contribution { title } } } }',
      variables: ({ id }) => ({ id: typed('project', id) }),
      answer: ({ aidRecords }) => aidRecords.nodes.map((node) => beside(node, uuid(node.id))),
    },
    peer: {
      query:
        'query($id: UUID!) { aidRecords(first: 50, condition: { projectId: $id }) { nodes { rowId kind givenOn resident { fullName } contribution { title } } } }',
      variables: ({ id }) => ({ id }),
      answer: ({ aidRecords }) => aidRecords.nodes.map((node) => beside(node, node.rowId)),
    },
    limit: {
      paths: ['sql', 'rows'],
      answer: (rows) => rows.map(({ id, kind, givenOn, resident, contribution }) => ({ id, kind, givenOn, resident, contribution })),
    },
  },
  {
    name: 'search',
    title: 'Search by a full name',
    draw: (data, pick) => ({ name: pick(data.names) }),
    tongxin: {
      query: 'query($text: String!) { search(text: $text, kinds: [RESIDENT], first: 20) { hits { node { ... on Resident { id fullName } } } } }',
      variables: ({ name }) => ({ text: name }),
      answer: ({ search }) => byId(search.hits.map(({ node }) => ({ id: uuid(node.id), fullName: node.fullName }))),
    },
    peer: {
      query: 'query($name: String!) { peerFindResidents(name: $name) { nodes { rowId fullName } } }',
      variables: ({ name }) => ({ name }),
      answer: ({ peerFindResidents }) => byId(peerFindResidents.nodes.map(({ rowId, fullName }) => ({ id: rowId, fullName }))),
    },
    limit: { paths: ['sql', 'rows'], answer: (rows) => byId(rows) },
  },
  {
    name: 'summary',
    title: 'aidSummary of three months by kind',
    draw: (data, pick) => pick(data.quarters),
    tongxin: {
      query:
        'query($from: Date!, $to: Date!) { aidSummary(groupBy: [KIND], filter: { givenOn: { from: $from, to: $to } }) { kind records people households value { yuan } } }',
      variables: ({ from, to }) => ({ from, to }),
      answer: ({ aidSummary }) =>
        byKind(aidSummary.map(({ value, ...row }) => ({ ...row, fen: Math.round(Number(value.yuan ?? 0) * 100) }))),
    },
    peer: {
      query:
        'query($from: Date!, $to: Date!) { peerAidSummary(since: $from, until: $to) { nodes { kind records people households fen } } }',
      variables: ({ from, to }) => ({ from, to }),
      answer: ({ peerAidSummary }) => byKind(peerAidSummary.nodes.map(summed)),
    },
    limit: { paths: ['sql'], answer: (rows) => byKind(rows.map(summed)) },
  },
  {
    name: 'recordAid',
    title: 'recordAid under a programme that aids once a month',
    like: 1.3,
    writes: true,
    tongxin: {
      query: 'mutation($input: RecordAidInput!) { recordAid(input: $input) { aidRecord { id status version } userErrors { code } } }',
      variables: ({ grant: { community, resident, contribution, programme, on } }) => ({
        input: {
          communityId: typed('community', community),
          residentId: typed('resident', resident),
          contributionId: typed('contribution', contribution),
          programmeId: typed('aid_programme', programme),
          givenOn: on,
          quantity: '1',
        },
      }),
      answer: ({ recordAid: { aidRecord, userErrors } }) => ({ recorded: recorded(aidRecord), refused: userErrors.length > 0 }),
    },
    peer: {
      query:
        'mutation($community: UUID!, $resident: UUID!, $contribution: UUID!, $programme: UUID!, $on: Date!) { peerRecordAid(input: { community: $community, resident: $resident, contribution: $contribution, programme: $programme, given: $on }) { result { rowId status version } } }',
      variables: ({ grant }) => grant,
      answer: (data) => ({ recorded: recorded(data?.peerRecordAid?.result), refused: !data?.peerRecordAid }),
    },
    limit: { paths: ['sql'], answer: (row) => ({ recorded: recorded(row), refused: row === null }) },
  },
];

const recorded = (row) => (row ? { status: row.status, version: row.version } : null);
const summed = ({ kind, records, people, households, fen }) => ({
  kind, records: Number(records), people: Number(people), households: Number(households), fen: Number(fen ?? 0),
});
const nested = ({ edges }) =>
  edges.map(({ node: { fullName, aidRecords } }) => ({
    fullName,
    grants: aidRecords.edges.map(({ node }) => grant(node, node.project?.title)),
  }));
const beside = ({ kind, givenOn, resident, contribution }, id) => ({
  id, kind, givenOn, resident: resident?.fullName ?? null, contribution: contribution.title,
});

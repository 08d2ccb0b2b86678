// The documents are files of their own because a test of the server validates each against the real schema.
import residents from '../examples/residents.graphql?raw';
import onePlusNPlusN from '../examples/one-plus-n-plus-n.graphql?raw';
import aidPageWalk from '../examples/aid-page-walk.graphql?raw';
import aidPageWalkVariables from '../examples/aid-page-walk.json?raw';
import registerResident from '../examples/register-resident.graphql?raw';
import registerResidentVariables from '../examples/register-resident.json?raw';
import search from '../examples/search.graphql?raw';
import searchVariables from '../examples/search.json?raw';
import volunteersCampaign from '../examples/volunteers-campaign.graphql?raw';
import requests from '../examples/requests.graphql?raw';
import requestsVariables from '../examples/requests.json?raw';
import impactReport from '../examples/impact-report.graphql?raw';
import impactReportVariables from '../examples/impact-report.json?raw';

export const examples = [
  { query: residents },
  { query: onePlusNPlusN },
  { query: aidPageWalk, variables: aidPageWalkVariables },
  { query: impactReport, variables: impactReportVariables },
  { query: requests, variables: requestsVariables },
  { query: volunteersCampaign },
  { query: search, variables: searchVariables },
  { query: registerResident, variables: registerResidentVariables },
];

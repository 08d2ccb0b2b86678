// The load: wrk, one thread, requests from a file of bodies.
import { writeFileSync } from 'node:fs';
import { run } from './processes.mjs';

const SCRIPT = `
local bodies, at = {}, 0
for line in io.lines(os.getenv('BODIES')) do bodies[#bodies + 1] = line end
local headers = { ['content-type'] = 'application/json', ['authorization'] = os.getenv('AUTHORIZATION') }
local path = os.getenv('REQUEST_PATH')
request = function()
  at = at % #bodies + 1
  return wrk.format('POST', path, headers, bodies[at])
end
done = function(summary, latency)
  local wrong = summary.errors
  io.write(string.format('RESULT {"rate": %.1f, "p50": %.3f, "p99": %.3f, "requests": %d, "wrong": %d}\\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, summary.requests,
    wrong.status + wrong.connect + wrong.read + wrong.write + wrong.timeout))
end
`;

/** Requests per second, milliseconds at the median and the 99th percentile, and how many were sent. */
export const load = (folder, server, bodies, connections, seconds) => {
  writeFileSync(`${folder}/load.lua`, SCRIPT);
  writeFileSync(`${folder}/bodies`, `${bodies.join('\n')}\n`);
  const env = {
    ...process.env, BODIES: `${folder}/bodies`, REQUEST_PATH: server.path, AUTHORIZATION: server.authorization ?? '',
  };
  const flags = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '30s', '-s', `${folder}/load.lua`];
  const said = run('wrk', [...flags, server.origin], { env });
  const result = JSON.parse(/RESULT (.*)/.exec(said)[1]);
  if (result.wrong > 0) throw new Error(`${server.label}: ${result.wrong} of ${result.requests} requests went wrong`);
  return result;
};

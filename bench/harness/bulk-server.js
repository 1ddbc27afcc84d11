// The bulk call of the API in its shortest form, as a process of its own: takes the records, answers as v2 does, keeps
// nothing. The first argument is how many milliseconds it waits before each answer. Asked by its parent, it says how many
// records it took since it was last asked.
import { createServer } from 'node:http';

const latency = Number(process.argv[2] ?? 0);
const mark = Buffer.from('"movement_id":"');
const quote = '"'.codePointAt(0);
const emptyList = '{"items":[],"total":0,"page":1,"size":100,"pages":0}';

let taken = 0;
let calls = 0;

const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  if (request.method === 'GET' && request.url.startsWith('/v1/logistics/requests?')) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(emptyList);
    return;
  }
  if (request.method !== 'POST' || request.url !== '/v2/logistics/requests/bulk') {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"detail":"not here"}');
    return;
  }
  const reply = replyTo(Buffer.concat(parts));
  const answer = () => response.writeHead(200, { 'content-type': 'application/json' }).end(reply);
  if (latency > 0) setTimeout(answer, latency);
  else answer();
});

/** Finds the records by their `movement_id`, which each has: parsing them would measure this server. */
function replyTo(body) {
  calls += 1;
  const call = hexadecimal(calls, 8);
  const results = [];
  for (let at = body.indexOf(mark); at !== -1; at = body.indexOf(mark, at)) {
    at += mark.length;
    const id = body.latin1Slice(at, body.indexOf(quote, at));
    const index = results.length;
    results.push(
      `{"index":${index},"id":"${call}-0000-4000-8000-${hexadecimal(index, 12)}","movement_id":"${id}",` +
        '"package_id":null,"co2e":null}',
    );
  }
  taken += results.length;
  return (
    `{"total_received":${results.length},"total_processed":${results.length},"success":${results.length},"failed":0,` +
    `"results":[${results.join(',')}],"errors":[],"file_id":"${call}-0000-4000-9000-000000000000",` +
    `"processing_job_id":"${call}-0000-4000-a000-000000000000"}`
  );
}

const hexadecimal = (number, digits) => number.toString(16).padStart(digits, '0');

process.on('message', () => {
  process.send({ taken });
  taken = 0;
});
process.on('disconnect', () => process.exit());

server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));

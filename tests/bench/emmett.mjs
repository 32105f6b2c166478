// Emmett as its documents say: appendToStream with the expected version.
// emmett.mjs schema NAME URL | emmett.mjs append NAME URL CLIENTS SECONDS
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

const POOL = 32;
const STREAMS = 5000;
const WARM_UP = 700; // milliseconds that are not counted
const NOBODY = '00000000-0000-0000-0000-000000000002';

const indicators = [0, 1, 2, 3].map((number) => ({
  indicator: `Berkas kepegawaian dimutakhirkan, bagian ${number}`,
  aspect: 'quantity',
  target: `${number}2`,
  unit: 'berkas',
}));

const measured = (sequence) => ({
  sequence,
  quantity: (sequence % 7) + 1,
  title: 'Laporan pengolahan data kepegawaian triwulan',
  unit: 'Subbagian Umum dan Kepegawaian',
  appraiser_id: '00000000-0000-0000-0000-000000000001',
  indicators,
  note: 'sesuai jadwal yang disepakati',
});

const envelope = (subject) => ({
  agency: 'BENCH',
  service: 'bench',
  plan_year: 2026,
  schema_version: 1,
  subject_id: subject,
  actor_id: NOBODY,
  acting_role: 'appraiser',
  on_behalf_of: null,
  reason_code: null,
  reason_text: null,
  effective_on: null,
  command_id: randomUUID(),
  correlation_id: NOBODY,
  causation_id: null,
  traceparent: null,
});

const subjectOf = (number) => `5eed0000-0000-0000-0000-${number.toString(16).padStart(12, '0')}`;

const rounded = (number) => Math.round(number * 1000) / 1000;

const store = (url, connections) => {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  return getPostgreSQLEventStore(url, { connectionOptions: { pooled: true, pool } });
};

async function append(url, clients, seconds) {
  const events = store(url, Math.min(clients, POOL));
  await events.readStream('result-warm');
  const begins = performance.now() + WARM_UP;
  const ends = begins + seconds * 1000;
  const taken = [];
  let used = null;

  async function run(client) {
    const subjects = [];
    for (let number = client; number < STREAMS; number += clients) subjects.push(subjectOf(number));
    const versions = subjects.map(() => 0n);
    let sequence = client * 10_000_000;
    for (;;) {
      const since = performance.now();
      if (since >= ends) return;
      if (since >= begins && used === null) used = process.cpuUsage();
      sequence += 1;
      const at = Math.floor(Math.random() * subjects.length);
      await events.appendToStream(
        `result-${subjects[at]}`,
        [{ type: 'ResultMeasured', data: measured(sequence), metadata: envelope(subjects[at]) }],
        { expectedStreamVersion: versions[at] },
      );
      versions[at] += 1n;
      const answered = performance.now();
      if (since >= begins && answered <= ends) taken.push(answered - since);
    }
  }

  await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  const spent = process.cpuUsage(used ?? undefined);
  taken.sort((one, other) => one - other);
  return {
    rate: rounded(taken.length / seconds),
    p50: rounded(taken[Math.floor(taken.length / 2)]),
    p99: rounded(taken[Math.floor(taken.length * 0.99)]),
    cpu: rounded((spent.user + spent.system) / taken.length),
  };
}

const [phase, , url, clients, seconds] = process.argv.slice(2);
let found = {};
if (phase === 'schema') await store(url, 1).schema.migrate();
else found = await append(url, Number(clients), Number(seconds));
console.log(JSON.stringify(found));
process.exit(0);

// Sends events to a consumer by two libraries that know nothing of it. Started with the consumer's URL and secret, a whsec_ one. Prints "ok" if
// every answer was the expected one.
import assert from 'node:assert/strict';
import { Webhook } from 'standardwebhooks';
import { CloudEvent, HTTP } from 'cloudevents';

const [, , consumer, secret] = process.argv;
const signer = new Webhook(secret);

const customer = (id) => ({ id, email: `c${id}@example.com`, first_name: 'Žluť', last_name: '😀' });

await standardWebhooks();
await cloudEvents();
console.log('ok');

async function send(id, body, { at = new Date(), signedWith = signer, headers = {}, sent = body } = {}) {
  const response = await fetch(consumer, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': signedWith.sign(id, at, body),
      ...headers,
    },
    body: sent,
  });
  return { status: response.status, body: await response.json() };
}

/** npm standardwebhooks signs; right, wrong, changed on the way, stale, of the future, and with two keys. */
async function standardWebhooks() {
  const body = JSON.stringify({ type: 'customer.saved', timestamp: new Date().toISOString(), data: customer(1) });
  const right = await send('msg_1', body);
  assert.equal(right.status, 200, JSON.stringify(right.body));
  assert.deepEqual(right.body, { type: 'customer.saved', response: { success: true, message: 'Customer 1 is known' } });
  assert.match((await send('msg_1', body)).body.response.message, /handled before/);

  const stranger = new Webhook('whsec_' + Buffer.from('somebody else, of enough length').toString('base64'));
  const minutes = (count) => new Date(Date.now() + count * 60_000);
  assert.equal((await send('msg_2', body, { signedWith: stranger })).status, 401);
  assert.equal((await send('msg_2', body, { sent: body.replace('c1@', 'c2@') })).status, 401);
  assert.equal((await send('msg_2', body, { at: minutes(-6) })).status, 401);
  assert.equal((await send('msg_2', body, { at: minutes(6) })).status, 401);
  assert.equal((await send('msg_2', body, { headers: { 'webhook-id': 'msg_3' } })).status, 401);
  assert.equal((await send('msg_2', body, { headers: { 'webhook-signature': '' } })).status, 401);
  const now = new Date();
  const both = `${stranger.sign('msg_2', now, body)} v9,x ${signer.sign('msg_2', now, body)}`;
  assert.equal((await send('msg_2', body, { at: now, headers: { 'webhook-signature': both } })).status, 200);
}

/** npm cloudevents writes the request, in structured and in binary mode; it is signed besides. */
async function cloudEvents() {
  const event = (id) => new CloudEvent({ id, source: 'urn:test', type: 'customer.saved', data: customer(3) });
  const structured = HTTP.structured(event('a'));
  const first = await send('ce_1', structured.body, { headers: structured.headers });
  assert.equal(first.status, 200, JSON.stringify(first.body));
  assert.equal(first.body.response.message, 'Customer 3 is known');

  const binary = HTTP.binary(event('b'));
  const second = await send('ce_2', binary.body, { headers: binary.headers });
  assert.equal(second.status, 200, JSON.stringify(second.body));

  const batch = `[${structured.body},${HTTP.structured(event('c')).body}]`;
  const third = await send('ce_3', batch, { headers: { 'content-type': 'application/cloudevents-batch+json' } });
  assert.equal(third.status, 200, JSON.stringify(third.body));
  assert.deepEqual(third.body.results.map((one) => [one.id, one.status]), [['a', 200], ['c', 200]]);
}

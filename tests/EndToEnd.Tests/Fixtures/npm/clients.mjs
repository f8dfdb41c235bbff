// Signs calls to a store by two clients that know nothing of it. Started with the store's URL; the four values of the integration are in
// the environment as JSON. Prints "ok" if every answer was the expected one.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const OAuth = require('oauth-1.0a');
const Magento = require('magento-api-rest').default;

const store = process.argv[2];
const tokens = JSON.parse(process.env.TOKENS);

// Twelve groups of filters: with ten or more of them the order of names is told apart by who signs.
const groups = Array.from({ length: 12 }, (_, group) => [
  [`searchCriteria[filter_groups][${group}][filters][0][field]`, 'name'],
  [`searchCriteria[filter_groups][${group}][filters][0][value]`, '%up%'],
  [`searchCriteria[filter_groups][${group}][filters][0][condition_type]`, 'like'],
  [`searchCriteria[filter_groups][${group}][filters][1][field]`, 'sku'],
  [`searchCriteria[filter_groups][${group}][filters][1][value]`, "Žluť & co's +1"],
]).flat();
const search = [...groups, ['searchCriteria[pageSize]', '5']];

await bareSigner();
await magentoClient();
console.log('ok');

/** npm oauth-1.0a, as its readme uses it; requests are sent by fetch. */
async function bareSigner() {
  const call = async (method, path, body, secret = tokens.consumer_secret) => {
    const oauth = new OAuth({
      consumer: { key: tokens.consumer_key, secret },
      signature_method: 'HMAC-SHA256',
      hash_function: (base, key) => createHmac('sha256', key).update(base).digest('base64'),
    });
    const url = `${store}/rest/V1/${path}`;
    const headers = oauth.toHeader(oauth.authorize({ url, method }, { key: tokens.access_token, secret: tokens.access_token_secret }));
    if (body) headers['Content-Type'] = 'application/json';
    const response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };

  // It signs names as they stand in the URL, so they must stand there unencoded; fetch leaves brackets alone.
  const query = search.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  const found = await call('GET', `orders?${query}`);
  assert.equal(found.status, 200, JSON.stringify(found.body));
  assert.equal(found.body.search_criteria.filter_groups.length, 12);
  assert.equal(found.body.search_criteria.filter_groups[11].filters[1].value, "Žluť & co's +1");

  assert.equal((await call('GET', 'orders?searchCriteria')).status, 200);
  const saved = await call('PUT', 'products/kettle', { product: { sku: 'kettle', name: 'Kettle', price: 35 } });
  assert.deepEqual([saved.status, saved.body.name], [200, 'Kettle']);
  const made = await call('POST', 'customers', { customer: { email: 'ada@example.com', firstName: 'Ada', lastName: 'L' }, password: 'difference engine' });
  assert.deepEqual([made.status, made.body.email], [200, 'ada@example.com']);

  const wrong = await call('GET', 'orders?searchCriteria', undefined, 'x'.repeat(32));
  assert.equal(wrong.status, 401, JSON.stringify(wrong.body));
}

/** npm magento-api-rest. Its default is HMAC-SHA1, which stores refuse. */
async function magentoClient() {
  const client = (changes) => new Magento({
    url: store,
    consumerKey: tokens.consumer_key,
    consumerSecret: tokens.consumer_secret,
    accessToken: tokens.access_token,
    tokenSecret: tokens.access_token_secret,
    type: 'V1',
    sha: 256,
    ...changes,
  });
  const api = client({});

  assert.equal((await api.get('orders')).status, 200);

  // It puts values into the query as they are, so whoever calls it encodes them; over http it then decodes and encodes the whole.
  const or = Array.from({ length: 3 }, (_, i) => ({ status: encodeURIComponent(`new & ${i}`) }));
  const found = await api.get('orders', { $perPage: 5, $page: 1, $or: or, increment_id: '000000001', customer_email: encodeURIComponent('ada+1@example.com') });
  assert.equal(found.status, 200);
  assert.deepEqual(found.data.search_criteria.filter_groups[0].filters.map((filter) => filter.value), ['new & 0', 'new & 1', 'new & 2']);
  assert.equal(found.data.search_criteria.filter_groups[2].filters[0].value, 'ada+1@example.com');

  const many = await api.get('orders', {
    filter_groups: Array.from({ length: 12 }, (_, i) => ({ filters: [{ field: 'status', value: `s ${i}`, condition_type: 'eq' }] })),
    current_page: 1,
  });
  assert.equal(many.status, 200);
  assert.equal(many.data.search_criteria.filter_groups[10].filters[0].value, 's 10');

  assert.equal((await api.put('products/kettle', { product: { sku: 'kettle', name: 'Kettle', price: 36 } })).data.price, 36);
  assert.equal((await api.post('customers', { customer: { email: 'bob@example.com', firstName: 'Bob', lastName: 'B' }, password: 'difference engine' })).status, 200);
  assert.equal((await api.delete('products/kettle')).status, 200);

  for (const changes of [{ tokenSecret: 'x'.repeat(32) }, { consumerSecret: 'x'.repeat(32) }, { accessToken: 'x'.repeat(32) }])
    assert.equal(await status(client(changes)), 401);
  assert.equal(await status(client({ sha: 1 })), 400);

  async function status(one) {
    try {
      return (await one.get('orders')).status;
    } catch (error) {
      return error.response.status;
    }
  }
}
